import type { ErrorCode } from '../../shared/errors/codes.ts';
import type { AuthHeaders } from '../auth/outgoing/outgoing-auth.ts';
import { failure } from './failure.ts';
import type { BackendFailure } from './transport.ts';

const CODES = {
  'secret-missing': 'secret.missing',
  'keychain-locked': 'secret.locked',
  'needs-sign-in': 'backend.needs-sign-in',
  failed: 'auth.token-request',
} as const satisfies Record<Extract<AuthHeaders, { ok: false }>['state'], ErrorCode>;

/** A credential that could not be had, as the failure of the request that needed it; nothing was sent. */
export function authFailure({ state, message }: Extract<AuthHeaders, { ok: false }>): BackendFailure {
  return failure(CODES[state], message, { notProcessed: true });
}
