import { memberRanges, textOf } from '../../shared/json/members.ts';
import type { Range } from '../../shared/json/scan.ts';
import { ENVELOPE_KEYS, META } from '../../shared/mcp/modern.ts';

/** One message of the era without sessions (2026-07-28), as its client wrote it. */
export interface ModernMessage {
  readonly bytes: Buffer;
  readonly method: string;
  /** The JSON text of the id; absent for a notification. */
  readonly idText: string | undefined;
  /** What it says of its revision; the header repeats it. */
  readonly version: string;
  /** The JSON text of the envelope alone, for requests of the bridge's own in the client's name. */
  readonly envelopeText: string;
}

const OPEN_BRACE = 0x7b;

/** Reads a message whose `_meta` says that it is of the modern era; `undefined` for any other. */
export function readModernMessage(bytes: Buffer): ModernMessage | undefined {
  if (!bytes.includes(META.protocolVersion)) return undefined;
  const message = membersOf(bytes, wholeOf(bytes));
  const meta = membersOf(bytes, membersOf(bytes, message?.get('params'))?.get('_meta'));
  const method = message && memberValue(bytes, message.get('method'));
  const version = meta && memberValue(bytes, meta.get(META.protocolVersion));
  if (message === undefined || meta === undefined || typeof method !== 'string') return undefined;
  if (typeof version !== 'string') return undefined;
  const id = message.get('id');
  const envelope = [...meta]
    .filter(([key]) => ENVELOPE_KEYS.includes(key))
    .map(([key, range]) => `${JSON.stringify(key)}:${textOf(bytes, range)}`);
  return {
    bytes,
    method,
    version,
    idText: id && textOf(bytes, id),
    envelopeText: `{${envelope.join(',')}}`,
  };
}

/** The JSON text of the id that a cancellation names; `undefined` for anything else. */
export function cancelledId(bytes: Buffer): string | undefined {
  if (!bytes.includes('notifications/cancelled')) return undefined;
  const message = membersOf(bytes, wholeOf(bytes));
  if (message === undefined || memberValue(bytes, message.get('method')) !== 'notifications/cancelled')
    return undefined;
  const id = membersOf(bytes, message.get('params'))?.get('requestId');
  return id && textOf(bytes, id);
}

/** The message's own range; `undefined` for bytes that are no JSON, which the gateway is to refuse. */
function wholeOf(bytes: Buffer): Range | undefined {
  try {
    JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
  return { start: bytes.indexOf(OPEN_BRACE), end: bytes.lastIndexOf('}') + 1 };
}

function membersOf(bytes: Buffer, object: Range | undefined): Map<string, Range> | undefined {
  return object !== undefined && bytes[object.start] === OPEN_BRACE ? memberRanges(bytes, object) : undefined;
}

function memberValue(bytes: Buffer, range: Range | undefined): unknown {
  return range === undefined ? undefined : JSON.parse(textOf(bytes, range));
}
