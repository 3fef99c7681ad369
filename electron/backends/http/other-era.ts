import { scanMessage } from '../../../shared/json/scan.ts';
import { MODERN_RPC } from '../../../shared/mcp/modern.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import { errorCode } from '../modern/listen-messages.ts';

/** Errors that a server of 2026-07-28 answers with an HTTP error (Streamable HTTP, backward compatibility). */
const MODERN_ERRORS: ReadonlySet<unknown> = new Set([
  ...Object.values(MODERN_RPC),
  RPC.methodNotFound,
  RPC.invalidParams,
  RPC.invalidRequest,
  RPC.parse,
]);
/** What only a server of 2026-07-28 finds fault with. */
const ONLY_MODERN: ReadonlySet<unknown> = new Set([MODERN_RPC.unsupportedVersion, MODERN_RPC.headerMismatch]);
/** Statuses that say something of the caller, not of the era. */
const OF_THE_CALLER: ReadonlySet<number> = new Set([401, 403, 407, 408, 413, 429]);

/**
 * Whether an HTTP error looks like one of a server of the other era than the one that was spoken to it: it was
 * replaced meanwhile (protocol.md 1.4). A hint, not a proof.
 */
export function looksLikeOtherEra(isModern: boolean, status: number, body: Buffer): boolean {
  if (status < 400 || status >= 500 || OF_THE_CALLER.has(status)) return false;
  const code = codeOf(body);
  return isModern ? !MODERN_ERRORS.has(code) : ONLY_MODERN.has(code);
}

function codeOf(body: Buffer): unknown {
  return scanMessage(body).members.has('error') ? errorCode(body) : undefined;
}
