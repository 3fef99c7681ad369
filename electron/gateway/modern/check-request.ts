import type { ErrorCode } from '../../../shared/errors/codes.ts';
import { type Envelope, readEnvelope } from '../../../shared/mcp/envelope.ts';
import { decodeHeaderValue } from '../../../shared/mcp/header-value.ts';
import { MODERN_RPC, MODERN_VERSION, nameSourceOf } from '../../../shared/mcp/modern.ts';
import { isExpected, type ParamHeader, saysTheSame } from '../../../shared/mcp/param-headers.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { ClientRequest } from '../routing/route.ts';

/** Why a modern request is turned away: always HTTP 400. */
export interface ModernRefusal {
  readonly code: ErrorCode;
  readonly rpcCode: number;
  readonly message: string;
  readonly data: object;
}

export type CheckedRequest =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly refusal: ModernRefusal };

/**
 * Checks a modern request against its own words: envelope, version, and the headers that repeat the body, for which
 * proxies may have decided something (TRN-11). Header values do not go into the answer.
 */
export function checkModernRequest(message: ClientRequest, rawHeaders: readonly string[]): CheckedRequest {
  const read = readEnvelope(message.params);
  if (!read.ok) return refuse('request.params', RPC.invalidParams, `_meta: ${read.key} is missing or wrong.`);
  const { protocolVersion } = read.envelope;
  const version = headerOf(rawHeaders, 'mcp-protocol-version');
  const method = headerOf(rawHeaders, 'mcp-method');
  if (version !== undefined && version !== protocolVersion) return mismatch('MCP-Protocol-Version');
  // The base64 form is for names and arguments alone: a proxy reads this one as it stands (streamable-http, value encoding).
  if (method !== undefined && method !== message.method) return mismatch('Mcp-Method');
  if (protocolVersion !== MODERN_VERSION) {
    return refuse(
      'request.protocol-version',
      MODERN_RPC.unsupportedVersion,
      'This protocol version is not supported.',
      { supported: [MODERN_VERSION], requested: protocolVersion },
    );
  }
  if (version === undefined) return mismatch('MCP-Protocol-Version');
  if (method === undefined) return mismatch('Mcp-Method');
  return hasItsName(message, headerOf(rawHeaders, 'mcp-name')) ? read : mismatch('Mcp-Name');
}

function hasItsName({ method, params }: ClientRequest, header: string | undefined): boolean {
  const source = nameSourceOf(method);
  const name = source === undefined ? undefined : params[source];
  if (typeof name !== 'string') return header === undefined || decodeHeaderValue(header) !== undefined;
  return header !== undefined && decodeHeaderValue(header) === name;
}

/**
 * The first header of a tool that does not repeat its argument; `undefined` where all do (SEP-2243). An argument that
 * is not there has no header: one that claims a value would be a word that nobody checks (TRN-11).
 */
export function mismatchedParam(
  declared: readonly ParamHeader[],
  values: unknown,
  rawHeaders: readonly string[],
): ModernRefusal | undefined {
  const wrong = declared.find((one) => {
    const name = one.header.toLowerCase();
    if (!isExpected(one, values))
      return rawHeaders.some((raw, at) => at % 2 === 0 && raw.toLowerCase() === name);
    const header = headerOf(rawHeaders, name);
    const decoded = header === undefined ? undefined : decodeHeaderValue(header);
    return decoded === undefined || !saysTheSame(one, decoded, values);
  });
  return wrong === undefined ? undefined : mismatchOf(wrong.header);
}

/** A header's value; `undefined` where it is missing or stands twice, which is nobody's word. */
function headerOf(rawHeaders: readonly string[], lowerName: string): string | undefined {
  let found: string | undefined;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    if (rawHeaders[at]?.toLowerCase() !== lowerName) continue;
    if (found !== undefined) return undefined;
    found = rawHeaders[at + 1]?.replace(/^[ \t]+|[ \t]+$/g, '');
  }
  return found;
}

function mismatch(header: string): CheckedRequest {
  return { ok: false, refusal: mismatchOf(header) };
}

function mismatchOf(header: string): ModernRefusal {
  return {
    code: 'request.header-mismatch',
    rpcCode: MODERN_RPC.headerMismatch,
    message: `The header ${header} is missing or does not say what the body says.`,
    data: { code: 'request.header-mismatch', header },
  };
}

function refuse(code: ErrorCode, rpcCode: number, message: string, data: object = {}): CheckedRequest {
  return { ok: false, refusal: { code, rpcCode, message, data: { code, ...data } } };
}
