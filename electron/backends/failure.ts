import type { ErrorCode } from '../../shared/errors/codes.ts';
import { RPC, type RpcCode } from '../../shared/mcp/protocol.ts';
import type { BackendFailure } from './transport.ts';

/** Makes a failure. The message must name the backend and hold no header value. */
export function failure(
  code: ErrorCode,
  message: string,
  more: { rpcCode?: RpcCode; status?: number; notProcessed?: boolean } = {},
): BackendFailure {
  return { code, message, rpcCode: RPC.connection, ...more };
}

/** The backend answered, but not as the protocol asks. */
export function faultyAnswer(
  backend: string,
  what: string,
  code: ErrorCode = 'backend.faulty-answer',
): BackendFailure {
  return failure(code, `${backend} ${what}`, { rpcCode: RPC.internal });
}

/** The connection failed or broke. `cause` is a system error code such as ECONNREFUSED, never a text of the peer's. */
export function unreachable(backend: string, cause: string, notProcessed = false): BackendFailure {
  return failure('backend.unreachable', `${backend} did not answer (${cause})`, { notProcessed });
}
