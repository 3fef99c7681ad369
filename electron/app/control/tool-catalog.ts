import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { CallAnswer, CallInput } from '../../../shared/control/contract.ts';
import { type ChangedDefinition, definitionText } from '../../gateway/catalog/definitions.ts';
import { type ListedKind, listedKinds } from './catalog-list.ts';
import type { ControlContext } from './context.ts';
import { changedParts, conflictView, definitionView, type ItemView, kindWord } from './views/tool-view.ts';

const MAX_WARNINGS = 100;
const MAX_NAME = 8_192;
const NONE: ReadonlySet<string> = new Set();

/** The merged catalog: what clients see under which name, what is hidden, held back or in conflict, and why. */
export function catalogPage(
  context: ControlContext,
  { cursor, limit, kind, backend, search }: CallInput<'tools.catalog'>,
): CallAnswer<'tools.catalog'> {
  const kinds = listedKinds(context);
  const wanted = search?.toLowerCase() ?? '';
  const found = kinds
    .flatMap((listed) => namesOf(context, listed))
    .filter(
      (item) =>
        (kind === undefined || item.kind === kind) &&
        (backend === undefined || item.backend === backend) &&
        [item.advertised, item.original, item.backend].some((name) => name?.toLowerCase().includes(wanted)),
    );
  const start = cursor === undefined ? 0 : Math.max(0, Number.parseInt(cursor, 10) || 0);
  const page = found.slice(start, start + limit);
  const next = start + limit;
  return {
    items: page.map((item) => item.view()),
    ...(next < found.length ? { next: String(next) } : {}),
    total: found.length,
    conflicts: kinds.flatMap(conflictsOf).slice(0, 1_000),
    warnings: warningsOf(kinds),
  };
}

/** One item, its whole view still to be made: pages are short and definitions long. */
interface Named extends Pick<ItemView, 'kind' | 'backend' | 'original' | 'advertised'> {
  readonly view: () => ItemView;
}

function namesOf(context: ControlContext, { kind, parts, merged }: ListedKind): Named[] {
  const { patchbay, scrub } = context;
  const advertised = new Map(merged.entries.map((entry) => [`${entry.backend}\0${entry.original}`, entry]));
  const { definitions } = patchbay.gateway.catalog;
  const changed = kind === 'tools' ? definitions.changed() : [];
  return parts.flatMap(({ backend, slice }) => {
    const config = patchbay.config().backends.get(backend);
    const holds = kind === 'tools' && config?.tools.changed === 'hold';
    const held = holds ? definitions.held(backend, slice) : NONE;
    return slice.items
      .filter(({ original }) => original !== '' && original.length <= MAX_NAME)
      .map((item): Named => {
        const { original } = item;
        const entry = advertised.get(`${backend}\0${original}`);
        const name = entry === undefined || entry.advertised === '' ? {} : { advertised: entry.advertised };
        const difference = changed.find((one) => one.backend === backend && one.tool === original);
        const common = { kind: kindWord(kind), backend, original, ...name };
        return {
          ...common,
          view: () => ({
            ...common,
            definition: definitionView(definitionText(item), scrub),
            shown: entry === undefined ? missingAs(kind, config, original, held) : 'listed',
            overrides: overridesOf(kind, config, original),
            ...(difference === undefined ? {} : { changed: changeView(context, difference) }),
          }),
        };
      });
  });
}

function changeView(
  { scrub, patchbay }: ControlContext,
  { at, before, after }: ChangedDefinition,
): ItemView['changed'] {
  return {
    at: patchbay.wallTime(at),
    before: definitionView(before, scrub),
    parts: changedParts(before, after),
  };
}

/** Why an item is not in the merged list. */
function missingAs(
  kind: ListedKind['kind'],
  config: BackendConfig | undefined,
  original: string,
  held: ReadonlySet<string>,
): ItemView['shown'] {
  if (held.has(original)) return 'held-back';
  const isHidden =
    kind === 'tools' &&
    (config?.tools.hide.includes(original) === true || config?.tools.only?.includes(original) === false);
  return isHidden ? 'hidden' : 'conflict';
}

function overridesOf(
  kind: ListedKind['kind'],
  config: BackendConfig | undefined,
  original: string,
): ItemView['overrides'] {
  if (kind !== 'tools') return {};
  const rename = config?.tools.rename.get(original);
  const describe = config?.tools.describe.get(original);
  return {
    ...(rename === undefined || rename === '' ? {} : { rename }),
    ...(describe === undefined ? {} : { describe }),
  };
}

function conflictsOf({ parts, merged }: ListedKind): CallAnswer<'tools.catalog'>['conflicts'] {
  return merged.conflicts.map((conflict) =>
    conflictView(conflict, (backend) => {
      const items = parts.find((part) => part.backend === backend)?.slice.items ?? [];
      const found = items.find(({ original }) => conflict.name.endsWith(original));
      return (found?.original || conflict.name).slice(0, MAX_NAME);
    }),
  );
}

function warningsOf(kinds: readonly ListedKind[]): string[] {
  const found = kinds.flatMap(({ parts }) =>
    parts.flatMap(({ backend, slice }) => slice.warnings.map((warning) => `${backend}: ${warning}`)),
  );
  return [...new Set(found)].slice(0, MAX_WARNINGS);
}
