import type { PlanCell, PlanTable } from '../../../shared/control/plan-view.ts';
import { foldName } from '../../../shared/headers/name.ts';

type CollisionCell = Extract<PlanCell, { cell: 'collision' }>;

export interface FoundCollision {
  readonly backend: string;
  readonly header: string;
  readonly cell: CollisionCell;
}

/** Every collision in a plan table. */
export function collisionsOf(table: PlanTable): readonly FoundCollision[] {
  return table.rows.flatMap(({ header, cells }) =>
    cells.flatMap((cell, index) => {
      const backend = table.backends[index];
      return cell.cell === 'collision' && backend !== undefined ? [{ backend, header, cell }] : [];
    }),
  );
}

/** Those of one header name, in any case. */
export function collisionsFor(found: readonly FoundCollision[], name: string): readonly FoundCollision[] {
  return found.filter(({ header }) => foldName(header) === foldName(name));
}

/** The part of a collision that is not the passthrough list: who else sets the name. */
export function otherSource(cell: CollisionCell): CollisionCell['sources'][number] | undefined {
  return cell.sources.find(({ source }) => source !== 'passthrough') ?? cell.sources[0];
}
