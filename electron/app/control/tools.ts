import { isRecord } from '../../../shared/config/read.ts';
import type { CallAnswer, ControlApi } from '../../../shared/control/contract.ts';
import type { JsonValue } from '../../../shared/json/json-value.ts';
import type { ConfigEdit } from '../../config/edit-text.ts';
import { definitionDigest } from '../../gateway/catalog/definitions.ts';
import { rawEntry } from './backend-lines.ts';
import { conflictCount, listedKinds } from './catalog-list.ts';
import { changeConfig, noEffects } from './changes.ts';
import { backendInForce, type ControlContext } from './context.ts';
import { refuse } from './refuse.ts';
import { callTool } from './tool-call.ts';
import { catalogPage } from './tool-catalog.ts';

type Changed = CallAnswer<'tools.rename'>;

const SUMMARY = 'Open sessions are told that their lists have changed.';

/** The calls about the merged catalog. */
export function toolsApi(context: ControlContext): ControlApi['tools'] {
  const { patchbay } = context;

  /** One rule about one tool; an object for the rules is made where the file has none. */
  async function change(
    revision: string,
    backend: string,
    editsFor: (rules: Readonly<Record<string, unknown>>, base: readonly string[]) => readonly ConfigEdit[],
  ): Promise<Changed> {
    backendInForce(context, backend);
    const entry = rawEntry(patchbay.configFile.raw(), backend);
    if (!isRecord(entry)) {
      return refuse('backend.unknown', `${backend} does not stand in the config file.`, {
        fix: 'The built-in backend cannot be changed.',
      });
    }
    const rules = isRecord(entry.tools) ? entry.tools : {};
    const edits = editsFor(rules, ['backends', backend, 'tools']);
    const state = await changeConfig(context, revision, edits);
    context.raise('tools.changed', { ...catalogFigures(context), backends: [backend] });
    return { revision: state.revision, effects: noEffects(context, SUMMARY) };
  }

  /** Stands in the activity list beside the change that was approved (HTP-13). */
  function noteApproval(backend: string, tool: string): void {
    const at = patchbay.ports.now();
    const entry = patchbay.activity.addChange({ at, backend, tools: [tool], outcome: 'approved' });
    if (entry !== undefined) patchbay.listeners.noted.tell(entry);
  }

  return {
    catalog: async (input) => catalogPage(context, input),
    rename: async ({ revision, backend, tool, to }) =>
      await change(revision, backend, (_rules, base) => [entryOf([...base, 'rename', tool], to)]),
    describe: async ({ revision, backend, tool, text }) =>
      await change(revision, backend, (_rules, base) => [entryOf([...base, 'describe', tool], text)]),
    hide: async ({ revision, backend, tool, hidden }) =>
      await change(revision, backend, (rules, base) => {
        const before = Array.isArray(rules.hide) ? (rules.hide as JsonValue[]) : [];
        const others = before.filter((name) => name !== tool);
        return [{ path: [...base, 'hide'], value: hidden ? [...others, tool] : others }];
      }),
    async approve({ backend, tool, digest }) {
      const { definitions } = patchbay.gateway.catalog;
      const waiting = definitions.changed().find((one) => one.backend === backend && one.tool === tool);
      if (waiting === undefined || definitionDigest(waiting.after) !== digest) {
        const fix = 'Look at the definition as it is now.';
        refuse('tool.changed', 'There is no changed definition like that to approve.', { fix });
      }
      definitions.approve(backend, tool);
      noteApproval(backend, tool);
      for (const session of patchbay.gateway.sessions.all())
        if (session.lists.served.has('tools')) session.listsChanged(['tools']);
      context.raise('tools.changed', { ...catalogFigures(context), backends: [backend] });
      const page = catalogPage(context, { limit: 500, kind: 'tool', backend, search: tool.slice(0, 200) });
      return { shown: page.items.find(({ original }) => original === tool)?.shown ?? 'hidden' };
    },
    call: async (input) => await callTool(context, input),
  };
}

/** How many definitions have changed and wait for a look, and how many names are in conflict. */
export function catalogFigures(context: ControlContext) {
  const { definitions } = context.patchbay.gateway.catalog;
  return {
    changedDefinitions: definitions.changed().length,
    conflicts: conflictCount(listedKinds(context)),
  };
}

function entryOf(path: readonly string[], value: string | null): ConfigEdit {
  return value === null || value === '' ? { path, remove: true } : { path, value };
}
