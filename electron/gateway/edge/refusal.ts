import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';

/** An answer that turns a request away: HTTP status, JSON-RPC code, our stable code, and a text without values. */
export interface Refusal {
  readonly status: number;
  readonly rpcCode: number;
  readonly code: ErrorCode;
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text of the id where the message was read. */
  readonly idText?: string;
  /** The rest of the request must not be read: the connection ends with the answer. */
  readonly closes?: boolean;
}

/** Makes a refusal; JSON-RPC -32600 unless said otherwise. */
export function refusal(
  status: number,
  code: ErrorCode,
  message: string,
  more: Partial<Omit<Refusal, 'status' | 'code' | 'message'>> = {},
): Refusal {
  return { status, code, message, rpcCode: RPC.invalidRequest, ...more };
}
