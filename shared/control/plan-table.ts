import type { Config } from '../config/config.ts';
import { collisionMessage } from '../headers/collisions.ts';
import { type FoldedName, foldName } from '../headers/name.ts';
import { type Plan, type PlanCell, REASON_TEXT } from '../headers/plan.ts';
import type { PlanCell as PlanCellView, PlanTable } from './plan-view.ts';

/** The plan of shared/headers as it crosses the contract: places and reasons, and the plain values of the file. */
export function planTableOf(plan: Plan, config: Config): PlanTable {
  return {
    backends: [...plan.backends],
    rows: plan.rows.map(({ name, folded, cells }) => ({
      header: name,
      cells: plan.backends.flatMap((backend) => {
        const cell = cells.get(backend);
        return cell === undefined ? [] : [cellView(cell, plainValue(config, backend, folded, cell))];
      }),
    })),
  };
}

function cellView(cell: PlanCell, plain: string | undefined): PlanCellView {
  switch (cell.kind) {
    case 'sent': {
      const { source, place, note } = cell;
      if (note === 'as-variable') return { cell: 'variable', variable: lastPart(place), place };
      return {
        cell: 'sent',
        source,
        place,
        certainty: note === undefined ? 'always' : 'when-present',
        ...(plain === undefined ? {} : { plain }),
      };
    }
    case 'not-sent':
      return { cell: 'not-sent', why: cell.reason, message: REASON_TEXT[cell.reason] };
    case 'not-applicable':
      return { cell: 'not-sent', why: cell.reason, message: REASON_TEXT[cell.reason] };
    case 'collision': {
      const { sources, places, when, waysOut } = cell.collision;
      return {
        cell: 'collision',
        sources: sources.map((source, index) => ({ source, place: places[index] ?? '' })),
        message: collisionMessage([cell.collision]),
        when,
        waysOut: [...waysOut],
      };
    }
  }
}

/** The variable at the end of a place; a variable's name has no dot. */
function lastPart(place: string): string {
  return place.slice(place.lastIndexOf('.') + 1);
}

/** What the file holds in clear. A plain Authorization is a credential all the same. */
function plainValue(config: Config, backend: string, folded: FoldedName, cell: PlanCell): string | undefined {
  if (cell.kind !== 'sent' || cell.source !== 'static' || folded === 'authorization') return undefined;
  const settings = [...config.backends].find(([name]) => name === backend)?.[1];
  if (settings === undefined || settings.type === 'stdio') return undefined;
  return [...settings.headers].find(([name]) => foldName(name) === folded)?.[1];
}
