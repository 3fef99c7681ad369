import type { AuthOutcome, IncomingAuth } from './incoming-auth.ts';

const ANONYMOUS: AuthOutcome = { ok: true, principal: Object.freeze({ kind: 'anonymous' }) };

/**
 * Lets everybody in as nobody (contract section 3.2); only by the user's explicit choice. A credential that comes
 * along is not looked at: it makes no identity, and clients that still carry an old token go on working. Sessions
 * opened under it end with the mode, because another principal's binding differs (B64).
 */
export function createAnonymousAuth(): IncomingAuth {
  return { kind: 'anonymous', authenticate: () => ANONYMOUS };
}
