import type { Principal } from '../../../shared/identity/principal.ts';
import { memberOf } from '../../../shared/json/member-of.ts';
import { MODERN_RPC } from '../../../shared/mcp/modern.ts';
import { ask } from '../ask.ts';
import type { Transport } from '../transport.ts';
import { errorCode } from './listen-messages.ts';
import type { MirroredHeaders } from './mirrored-headers.ts';

export interface RelearnOptions {
  readonly backend: string;
  readonly inner: Transport;
  readonly headers: MirroredHeaders;
  /** The members of `_meta` that a request of ours carries. */
  readonly envelope: () => string;
}

const TIMEOUT_MS = 10_000;
const MAX_PAGES = 20;
/** No error is longer; a result that long is not looked at. */
const MAX_ERROR_BYTES = 16 * 1024;

/** Whether a backend turned a call away because its headers did not repeat its body: it was not acted upon. */
export function isHeaderMismatch(answer: Buffer): boolean {
  return (
    answer.length <= MAX_ERROR_BYTES &&
    answer.includes(String(MODERN_RPC.headerMismatch)) &&
    errorCode(answer) === MODERN_RPC.headerMismatch
  );
}

/** Reads anew which headers the tools of a backend want; the client of a server that refused them is to (SEP-2243). */
export async function relearnHeaders(options: RelearnOptions, caller: Principal): Promise<void> {
  const { backend, inner, headers, envelope } = options;
  const target = { backend, transport: inner, related: () => undefined };
  let cursor: unknown;
  for (let page = 0; page < MAX_PAGES; page++) {
    const from = cursor === undefined ? '' : `"cursor":${JSON.stringify(cursor)},`;
    const params = `{${from}"_meta":{${envelope()}}}`;
    const asked = await ask(target, 'tools/list', params, caller, TIMEOUT_MS);
    if (!asked.ok) return;
    headers.learn(asked.bytes);
    cursor = memberOf(asked.result, 'nextCursor');
    if (typeof cursor !== 'string') return;
  }
}
