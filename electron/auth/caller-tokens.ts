import type { UserPrincipal } from '../../shared/identity/principal.ts';
import type { NoteSecret } from '../secrets/passing-secrets.ts';
import type { Secret } from '../secrets/secret.ts';

/**
 * The verified token that each caller came with. It is a caller's credential for us and never leaves as it is; token
 * exchange presents it to the authorization server as the subject (RFC 8693). Held by the principal object itself: it
 * is gone with it, and no copy of a principal can carry it into a log, a file or over IPC.
 */
export interface CallerTokens {
  remember(principal: UserPrincipal, token: Secret): void;
  tokenOf(principal: object): Secret | undefined;
}

/** Makes an empty memory. `note` hears of every token, so that logs are cleaned of it. */
export function createCallerTokens(note: NoteSecret = () => {}): CallerTokens {
  const tokens = new WeakMap<object, Secret>();
  return {
    remember(principal, token) {
      note(token.reveal());
      tokens.set(principal, token);
    },
    tokenOf: (principal) => tokens.get(principal),
  };
}
