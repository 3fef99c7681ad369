import { backendLines } from './backend-lines.ts';
import type { ControlContext } from './context.ts';
import { problemNotices } from './notices.ts';
import { tellBackendLines, tellNotices } from './tell-backends.ts';

/** Tells windows of every new state of the config file, whoever made it, and of what is wrong with it now. */
export function followConfig(context: ControlContext): void {
  const { patchbay, owned, raise } = context;
  let before = patchbay.configFile.raw();
  let named = namesOf(before.backends);
  let problems = patchbay.configFile.current().problems;
  owned.use(
    patchbay.configFile.onChange(({ state, by }) => {
      const after = patchbay.configFile.raw();
      const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
      const parts = [...keys].filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
      const left = namesOf(after.backends);
      const removed = named.filter((name) => !left.includes(name));
      before = after;
      named = left;
      raise('config.changed', {
        revision: state.revision,
        by,
        parts: parts.map((part) => part.slice(0, 64)),
      });
      raise('problems.changed', { problems: state.problems.slice(0, 1_000) });
      // Who edits in the window has seen them there.
      if (by === 'file') tellNotices(context, problemNotices(problems, state.problems));
      problems = state.problems;
      void tellBackends(context, removed);
    }),
  );
}

/** The whole list: one entry's mistake may have switched another one on or off. */
async function tellBackends(context: ControlContext, removed: readonly string[]): Promise<void> {
  try {
    const shown = removed.map((name) => name.slice(0, 128)).filter((name) => name !== '');
    tellBackendLines(context, await backendLines(context), shown);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown.name : typeof thrown;
    context.extras.log.error('the list of backends could not be told', { error });
  }
}

function namesOf(backends: unknown): readonly string[] {
  return typeof backends === 'object' && backends !== null ? Object.keys(backends) : [];
}
