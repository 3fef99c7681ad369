import { z } from 'zod';
import {
  backendName,
  callOutcome,
  count,
  errorCode,
  foreignText,
  handle,
  headerName,
  list,
  milliseconds,
  sentence,
  text,
  time,
  toolName,
  transportKind,
  variableName,
} from '../control/vocabulary.ts';
import { capturedHeaders, driftView, outgoingHeaderView, unsentHeaderView } from './header-view.ts';

/** How one client session stands with one backend. `lost` mends itself; the others below it need somebody. */
const backendSessionState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('not-opened'), reason: sentence }),
  z.object({ state: z.literal('opening'), since: time }),
  z.object({ state: z.literal('ready'), since: time }),
  z.object({
    state: z.literal('lost'),
    since: time,
    reason: sentence,
    attempt: count,
    nextTryAt: time.optional(),
  }),
  z.object({ state: z.literal('off'), reason: sentence }),
  z.object({ state: z.literal('needs-caller-header'), reason: sentence, headers: list(headerName, 32) }),
  z.object({ state: z.literal('needs-sign-in'), reason: sentence }),
  z.object({ state: z.literal('cannot-start'), reason: sentence, fix: sentence.optional() }),
  z.object({ state: z.literal('not-applicable'), reason: sentence }),
]);
export type BackendSessionState = z.infer<typeof backendSessionState>;

/** Something that went wrong between this session and a backend. Our words, plus the backend's scrubbed ones. */
const sessionErrorView = z.object({
  at: time,
  code: errorCode,
  message: sentence,
  said: foreignText.optional(),
});
export type SessionErrorView = z.infer<typeof sessionErrorView>;

const recentCallView = z.object({
  at: time,
  tool: toolName,
  outcome: callOutcome,
  duration: milliseconds.optional(),
});

/** What a window may know of one backend within one session: names, lengths, fingerprints, times. Never a value. */
export const backendSessionView = z.object({
  backend: backendName,
  transport: transportKind,
  status: backendSessionState,
  protocolVersion: text('name', 32, 1).optional(),
  server: z.object({ name: foreignText, version: foreignText }).optional(),
  /** Process id of a child that serves this session. */
  pid: count.optional(),
  captured: capturedHeaders,
  /** Listed headers that reach this backend as environment variables (contract 1.8). */
  mapped: list(z.object({ header: headerName, variable: variableName }), 32),
  outgoing: list(outgoingHeaderView, 200),
  unsent: list(unsentHeaderView, 64),
  drift: list(driftView, 32),
  errors: list(sessionErrorView, 20),
  /** What it said that was no message, or one that nobody waited for; the latest line where it was one (STD-04). */
  dropped: z.object({ count, latest: foreignText.optional() }).optional(),
  calls: list(recentCallView, 20),
  inFlight: count,
  restarts: count,
  lastRestartAt: time.optional(),
});
export type BackendSessionView = z.infer<typeof backendSessionView>;

/** The line of a backend in a list of sessions. */
export const backendSessionLine = z.object({
  backend: backendName,
  status: backendSessionState,
  capturedCount: count,
  drifted: z.boolean(),
});

/** Points at a session for the window. Made for it: knowing it does not let anybody speak on the session. */
export const sessionHandle = handle;
