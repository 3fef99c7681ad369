import { isUtf8 } from 'node:buffer';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import { type Refusal, refusal } from './refusal.ts';

export type Params = Readonly<Record<string, unknown>>;

/** One message of a client: parsed as far as routing needs, its bytes kept for the relay. */
export type ClientMessage =
  | {
      readonly kind: 'request';
      readonly idText: string;
      readonly method: string;
      readonly params: Params;
      readonly bytes: Buffer;
      /** Where `params` stands in the bytes. */
      readonly paramsRange: Range | undefined;
    }
  | {
      readonly kind: 'notification';
      readonly method: string;
      readonly params: Params;
      readonly bytes: Buffer;
      readonly paramsRange: Range | undefined;
    }
  | { readonly kind: 'response'; readonly idText: string; readonly bytes: Buffer };

export type ReadMessage =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly refusal: Refusal };

/** Deepest nesting of a client's message (TRN-10). */
const MAX_DEPTH = 256;

/** Longest id that is remembered and echoed. */
const MAX_ID_BYTES = 1024;

/**
 * Reads one body as one JSON-RPC message (TRN-04, TRN-05, TRN-10). Refused: invalid UTF-8, anything but one object,
 * batches, repeated members, ids that are no string or integer, params that are no object.
 */
export function readClientMessage(bytes: Buffer): ReadMessage {
  if (!isUtf8(bytes)) return refuse('request.parse', 'The message is not valid UTF-8.', RPC.parse);
  const scan = scanMessage(bytes, MAX_DEPTH);
  if (scan.fault === 'too-deep') {
    return refuse('request.depth', `The message is nested deeper than ${MAX_DEPTH} levels.`, RPC.parse);
  }
  if (scan.fault === 'duplicate-member') {
    return refuse('request.invalid', 'The message names a member twice.', RPC.invalidRequest);
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString('utf8'));
  } catch {
    return refuse('request.parse', 'The message is not valid JSON.', RPC.parse);
  }
  if (Array.isArray(parsed)) {
    return refuse(
      'request.batch',
      'Batches are not accepted; send one message at a time.',
      RPC.invalidRequest,
    );
  }
  if (typeof parsed !== 'object' || parsed === null) {
    return refuse('request.invalid', 'The message is not a JSON object.', RPC.invalidRequest);
  }
  const range = scan.members.get('id');
  const idText = range === undefined ? undefined : bytes.toString('utf8', range.start, range.end);
  return sort(parsed as Record<string, unknown>, idText, bytes, scan.members.get('params'));
}

function sort(
  body: Record<string, unknown>,
  idText: string | undefined,
  bytes: Buffer,
  paramsRange: Range | undefined,
): ReadMessage {
  const { jsonrpc, id, method } = body;
  if (jsonrpc !== '2.0') return refuse('request.invalid', 'jsonrpc must be "2.0".', RPC.invalidRequest);
  if (idText !== undefined && !isId(id, idText)) {
    return refuse('request.invalid', 'The id must be a string or an integer.', RPC.invalidRequest);
  }
  const answers = Object.hasOwn(body, 'result') || Object.hasOwn(body, 'error');
  if (method === undefined && answers && idText !== undefined) {
    return { ok: true, message: { kind: 'response', idText, bytes } };
  }
  if (typeof method !== 'string' || answers) {
    return refuse(
      'request.invalid',
      'The message is neither a request, a notification nor a response.',
      RPC.invalidRequest,
      idText,
    );
  }
  const params = Object.hasOwn(body, 'params') ? body.params : {};
  if (typeof params !== 'object' || params === null || Array.isArray(params)) {
    return refuse('request.invalid', 'params must be an object.', RPC.invalidParams, idText);
  }
  if (Object.hasOwn(params, '_meta') && namesMetaTwice(bytes, paramsRange)) {
    return refuse('request.invalid', 'params or _meta name a member twice.', RPC.invalidRequest, idText);
  }
  const common = { method, params: params as Params, bytes, paramsRange };
  return idText === undefined
    ? { ok: true, message: { kind: 'notification', ...common } }
    : { ok: true, message: { kind: 'request', idText, ...common } };
}

/** Parsers differ in which of two equal members counts, and `_meta` says in whose name and version a request comes. */
function namesMetaTwice(bytes: Buffer, paramsRange: Range | undefined): boolean {
  if (paramsRange === undefined) return false;
  const params = bytes.subarray(paramsRange.start, paramsRange.end);
  const scan = scanMessage(params);
  const meta = scan.members.get('_meta');
  if (scan.fault !== undefined || meta === undefined) return scan.fault === 'duplicate-member';
  return (
    params[meta.start] === OPEN_BRACE &&
    scanMessage(params.subarray(meta.start, meta.end)).fault !== undefined
  );
}

const OPEN_BRACE = 0x7b;

function isId(id: unknown, idText: string): boolean {
  if (idText.length > MAX_ID_BYTES) return false;
  return typeof id === 'string' || (typeof id === 'number' && Number.isInteger(id));
}

function refuse(code: Refusal['code'], message: string, rpcCode: number, idText?: string): ReadMessage {
  return {
    ok: false,
    refusal: refusal(400, code, message, { rpcCode, ...(idText === undefined ? {} : { idText }) }),
  };
}
