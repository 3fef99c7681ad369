import type { CallAnswer } from '../../../../shared/control/contract.ts';
import type { ActivityEntry, CallEntry } from '../../activity.ts';

type EntryView = CallAnswer<'activity.query'>['entries'][number];
type CallView = Extract<EntryView, { kind: 'call' }>;

const OUTCOMES = {
  running: 'running',
  ok: 'ok',
  error: 'tool-error',
  failed: 'failed',
  timeout: 'failed',
  cancelled: 'cancelled',
} as const;

/** One entry as the window shows it; `scrub` masks what a client may have written into its own name. */
export function activityView(entry: ActivityEntry, scrub: (text: string) => string): EntryView {
  if (entry.kind === 'call') return callView(entry, scrub);
  const { kind, number, at, backend, outcome, tools, count } = entry;
  return { kind, id: String(number), at: Math.round(at), backend, outcome, tools: [...tools], count };
}

/** The same of what is known to be a call. */
export function callView(entry: CallEntry, scrub: (text: string) => string): CallView {
  const { at, session, client, backend, method, target, outcome, durationMs, code } = entry;
  const { requestBytes, answerBytes } = entry;
  return {
    kind: 'call',
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
