import type { ControlApi } from '../../../shared/control/contract.ts';
import type { CatalogItem } from './sample-tools.ts';
import { refuse, requireRevision, type World, written } from './world.ts';

/** The calls about the merged catalog. */
export function toolsApi(world: World): ControlApi['tools'] {
  const change = (backend: string, tool: string, edit: (item: CatalogItem) => CatalogItem): void => {
    world.items = world.items.map((item) =>
      item.backend === backend && item.original === tool ? edit(item) : item,
    );
    world.emit('tools.changed', {
      backends: [backend],
      changedDefinitions: changedCount(world),
      conflicts: 1,
    });
  };
  return {
    catalog: async ({ limit, cursor, kind, backend, search }) => {
      const start = cursor === undefined ? 0 : Number(cursor);
      const items = world.items.filter(
        (item) =>
          (kind === undefined || item.kind === kind) &&
          (backend === undefined || item.backend === backend) &&
          (search === undefined || item.original.includes(search)),
      );
      const end = start + limit;
      return {
        items: items.slice(start, end),
        total: items.length,
        ...(end < items.length ? { next: String(end) } : {}),
        conflicts: world.items.some(({ shown }) => shown === 'conflict')
          ? [
              {
                name: 'search',
                between: [
                  { backend: 'files', original: 'search' },
                  { backend: 'docs', original: 'search' },
                ],
                message: 'files and docs both offer search.',
                fix: 'Rename one of the two, or hide it.',
              },
            ]
          : [],
        warnings: [],
      };
    },
    rename: async ({ revision, backend, tool, to }) => {
      requireRevision(world, revision);
      change(backend, tool, (item) => {
        const { rename: _, ...overrides } = item.overrides;
        return to === null
          ? { ...item, overrides, advertised: `${backend}_${tool}` }
          : { ...item, shown: 'listed', overrides: { ...overrides, rename: to }, advertised: to };
      });
      return written(world, ['backends']);
    },
    hide: async ({ revision, backend, tool, hidden }) => {
      requireRevision(world, revision);
      change(backend, tool, (item) => ({ ...item, shown: hidden ? 'hidden' : 'listed' }));
      return written(world, ['backends']);
    },
    describe: async ({ revision, backend, tool, text }) => {
      requireRevision(world, revision);
      change(backend, tool, (item) => {
        const { describe: _, ...overrides } = item.overrides;
        return { ...item, overrides: text === null ? overrides : { ...overrides, describe: text } };
      });
      return written(world, ['backends']);
    },
    approve: async ({ backend, tool, digest }) => {
      const item = world.items.find((found) => found.backend === backend && found.original === tool);
      if (item?.definition.digest !== digest) {
        return refuse({
          code: 'tool.changed',
          message: 'The tool has changed again.',
          fix: 'Read it once more.',
        });
      }
      change(backend, tool, ({ changed: _, ...rest }) => ({ ...rest, shown: 'listed' }));
      return { shown: 'listed' };
    },
    call: async ({ tool, argumentsJson }) => ({
      outcome: 'ok',
      duration: 34,
      clipped: false,
      result: { content: [{ type: 'text', text: `${tool} was called with ${argumentsJson}` }] },
    }),
  };
}

export function changedCount(world: World): number {
  return world.items.filter(({ changed }) => changed !== undefined).length;
}
