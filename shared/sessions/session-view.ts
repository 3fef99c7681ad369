import { z } from 'zod';
import {
  claim,
  clientName,
  count,
  foreignName,
  foreignText,
  handle,
  list,
  sentence,
  text,
  time,
} from '../control/vocabulary.ts';
import { backendSessionLine, backendSessionView, sessionHandle } from './backend-session-view.ts';
import { capturedHeaders, driftView } from './header-view.ts';

/** Who calls, as the window shows it. A verified claim that is absent stays absent (contract 3.2). */
export const principalView = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('anonymous') }),
  z.object({ kind: z.literal('local'), client: clientName, tokenId: handle }),
  z.object({
    kind: z.literal('user'),
    issuer: claim,
    subject: claim,
    email: claim.optional(),
    name: claim.optional(),
  }),
]);
export type PrincipalView = z.infer<typeof principalView>;

const summaryFields = {
  session: sessionHandle,
  /** What the client calls itself; nothing proves it. */
  client: z.object({ name: foreignText, version: foreignText }),
  era: z.enum(['legacy', 'modern']),
  protocolVersion: text('name', 32, 1),
  principal: principalView,
  openedAt: time,
  lastActivityAt: time,
  calls: count,
  inFlight: count,
  drift: list(driftView, 32),
  /** Opened under an earlier allowlist, which holds for it until it ends (PAS-18). */
  olderAllowlist: z.boolean(),
};

/** One line of the live list. For modern clients one pair of principal and header values (contract 1.7). */
export const sessionSummary = z.object({ ...summaryFields, backends: list(backendSessionLine) });
export type SessionSummary = z.infer<typeof sessionSummary>;

/** Everything that a window may know of a session. */
export const sessionDetail = z.object({
  ...summaryFields,
  captured: capturedHeaders,
  /** Names that came with its requests and that the allowlist ignored. */
  seenNotAllowed: list(foreignName, 100),
  /** When it will end for want of activity; absent while a stream or call is open. */
  expiresAt: time.optional(),
  warnings: list(sentence, 50),
  backends: list(backendSessionView),
});
export type SessionDetail = z.infer<typeof sessionDetail>;
