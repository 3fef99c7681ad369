import type { CallAnswer } from '../../../../shared/control/contract.ts';
import type { ActivityEntry } from '../../activity.ts';

type EntryView = CallAnswer<'activity.query'>['entries'][number];

const OUTCOMES = {
  running: 'running',
  ok: 'ok',
  error: 'tool-error',
  failed: 'failed',
  timeout: 'failed',
  cancelled: 'cancelled',
} as const;

/** One call as the window shows it; `scrub` masks what a client may have written into its own name. */
export function activityView(entry: ActivityEntry, scrub: (text: string) => string): EntryView {
  const { at, session, client, backend, method, target, outcome, durationMs, code } = entry;
  const { requestBytes, answerBytes } = entry;
  return {
    id: String(entry.number),
    at: Math.round(at),
    client: scrub(client),
    session,
    backend,
    method: method.slice(0, 128),
    ...(target === undefined || target === '' ? {} : { target: target.slice(0, 8_192) }),
    outcome: OUTCOMES[outcome],
    ...(durationMs === undefined ? {} : { duration: Math.max(0, durationMs) }),
    ...(requestBytes === undefined ? {} : { bytesIn: requestBytes }),
    ...(answerBytes === undefined ? {} : { bytesOut: answerBytes }),
    ...(code === undefined ? {} : { code }),
  };
}
