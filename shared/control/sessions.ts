import { z } from 'zod';
import { sessionHandle } from '../sessions/backend-session-view.ts';
import { sessionDetail, sessionSummary } from '../sessions/session-view.ts';
import { done, nothing } from './change.ts';
import { call, event } from './define.ts';
import { backendName, headerName, list, secretValue, time } from './vocabulary.ts';

/** Sessions are sent whole; 1,000 is the most that the gateway opens (SES-14). */
const summaries = list(sessionSummary, 1_000);

export const sessions = {
  list: call({ input: nothing, output: z.object({ sessions: summaries }) }),
  detail: call({ input: z.strictObject({ session: sessionHandle }), output: sessionDetail }),
  /**
   * One captured value, for one deliberate click. The window forgets it at `hideAt`, 30 s after the answer was
   * made (contract 1.6). A captured value may hold bytes 0x80-0xFF: each stands as the one character of that number.
   */
  reveal: call({
    input: z.strictObject({ session: sessionHandle, backend: backendName.optional(), header: headerName }),
    output: z.object({ header: headerName, value: secretValue, hideAt: time }),
  }),
  end: call({ input: z.strictObject({ session: sessionHandle }), output: done }),
};

export const sessionEvents = {
  /** At most 4 a second; each session that changed once, in its newest state. */
  changed: event(z.object({ sessions: summaries, ended: list(sessionHandle, 1_000) })),
};
