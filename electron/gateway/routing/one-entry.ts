import type { EndedCall, RecordCall } from './route.ts';

/**
 * Tells the tries of one request, one after the other, as one entry of the activity list: it begins with the first of
 * them; where, how and with what answer it ended is what the last one says, and the time is that of all. A try that
 * gives way begins the next one before its turn is over: an ending that none has followed by then is the last.
 */
export function asOneEntry(record: RecordCall): RecordCall {
  let first: { readonly at: number; readonly end: (ending: EndedCall) => void } | undefined;
  let tries = 0;
  return (call) => {
    first ??= { at: call.at, end: record(call) };
    const { at, end } = first;
    tries++;
    const own = tries;
    return (ending) =>
      queueMicrotask(() => {
        if (own !== tries) return;
        end({ ...ending, backend: call.backend, durationMs: call.at - at + ending.durationMs });
      });
  };
}
