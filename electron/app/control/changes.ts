import type { CallAnswer } from '../../../shared/control/contract.ts';
import type { ConfigState } from '../../config/config-state.ts';
import type { ConfigEdit } from '../../config/edit-text.ts';
import { within } from '../../gateway/within.ts';
import type { ControlContext } from './context.ts';
import { checkedValue, refuse } from './refuse.ts';

type Effects = CallAnswer<'backends.check'>['effects'];

/** How long an answer waits for live sessions to follow a change; what takes longer goes on behind it. */
const FOLLOW_MS = 3_000;

/**
 * Writes edits to the config file, all or none, and waits until live sessions have followed. Refused: a stale
 * revision, a read-only file, an edit that brings in an error, a full disk; the file is as it was then.
 */
export async function changeConfig(
  { patchbay }: ControlContext,
  revision: string,
  edits: readonly ConfigEdit[],
): Promise<ConfigState> {
  const before = patchbay.configFile.current().revision;
  let applied = (): void => undefined;
  const following = new Promise<void>((resolve) => {
    applied = resolve;
  });
  using _listening = patchbay.listeners.configApplied.add(() => applied());
  const state = checkedValue(await patchbay.configFile.edit(revision, edits));
  if (state.revision !== before) await within(following, FOLLOW_MS);
  return state;
}

/** Refuses early, before anything else is touched, what was made on another state of the file. */
export function requireRevision({ patchbay }: ControlContext, revision: string): void {
  if (patchbay.configFile.current().revision === revision) return;
  const fix = 'Look at the new state, and make the change again.';
  refuse('config.stale', 'The configuration was changed in the meantime.', { fix });
}

/** What a change of backends does to open sessions: they stay, and connect anew to what has changed. */
export function backendEffects({ patchbay }: ControlContext, backends: readonly string[]): Effects {
  const sessions = [...patchbay.gateway.sessions.all()];
  const names = new Set<string>(backends);
  const reconnected = sessions.filter((session) =>
    [...session.backends.keys()].some((name) => names.has(name)),
  );
  const summary =
    sessions.length === 0
      ? 'No session is open.'
      : `${counted(reconnected.length)} to ${backends.join(', ')}; what they captured stays.`;
  return {
    sessionsKept: sessions.length,
    sessionsReconnected: reconnected.length,
    sessionsEnded: 0,
    summary,
  };
}

/** What a change does that no open session feels. */
export function noEffects({ patchbay }: ControlContext, summary: string): Effects {
  return {
    sessionsKept: patchbay.gateway.sessions.size(),
    sessionsReconnected: 0,
    sessionsEnded: 0,
    summary,
  };
}

function counted(sessions: number): string {
  return sessions === 1 ? '1 open session connects anew' : `${sessions} open sessions connect anew`;
}
