import { scanMessage } from '../../../shared/json/scan.ts';
import { MODERN_RPC } from '../../../shared/mcp/modern.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';

/** HTTP statuses that the modern revision ties to error codes; anything else is answered with 200. */
const STATUS: ReadonlyMap<number, number> = new Map([
  [RPC.methodNotFound, 404],
  [MODERN_RPC.headerMismatch, 400],
  [MODERN_RPC.missingCapability, 400],
  [MODERN_RPC.unsupportedVersion, 400],
]);

/** How far into an answer its `error` member is looked for. */
const HEAD_BYTES = 2048;

/** The HTTP status of an answer, by its error code. */
export function statusOfCode(code: unknown): number {
  return (typeof code === 'number' ? STATUS.get(code) : undefined) ?? 200;
}

/** The HTTP status of an answer that is relayed: results are looked at no further than their first bytes. */
export function statusOfAnswer(bytes: Buffer): number {
  if (!bytes.subarray(0, HEAD_BYTES).includes('"error"')) return 200;
  const range = scanMessage(bytes).members.get('error');
  if (range === undefined) return 200;
  const error: unknown = JSON.parse(bytes.toString('utf8', range.start, range.end));
  return statusOfCode(typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined);
}

/** The JSON text of an error that carries data of the protocol's own. */
export function modernErrorText(idText: string, code: number, message: string, data: object): string {
  return `{"jsonrpc":"2.0","id":${idText},"error":${JSON.stringify({ code, message, data })}}`;
}
