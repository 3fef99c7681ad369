import { elementRanges } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import { hasMoreValues } from '../../../shared/json/value-count.ts';
import type { InboundMessage } from '../transport.ts';
import { isId, isWellFormed, MAX_PARSED_VALUES, memberText, messageKind } from './answer-check.ts';

/** One message from a backend, sorted by what routing needs to know. */
export type Inbound =
  | { readonly kind: 'answer'; readonly idText: string; readonly bytes: Buffer }
  | { readonly kind: 'message'; readonly message: InboundMessage }
  | { readonly kind: 'faulty' };

/**
 * Sorts one whole message. Faulty: not an object, both result and error, no id or one that is none, a
 * method that is no string, or so many values in a message that reading it would hold everybody up.
 */
function sortInbound(bytes: Buffer, eventId?: string): Inbound {
  const scan = scanMessage(bytes);
  const kind = messageKind(scan);
  if (kind === 'faulty') return { kind: 'faulty' };
  const idText = memberText(scan, bytes, 'id');
  if (kind === 'answer') {
    return isId(idText as string) && isWellFormed(bytes)
      ? { kind: 'answer', idText: idText as string, bytes }
      : { kind: 'faulty' };
  }
  if ((idText !== undefined && !isId(idText)) || !parses(bytes)) return { kind: 'faulty' };
  const method: unknown = JSON.parse(memberText(scan, bytes, 'method') as string);
  if (typeof method !== 'string') return { kind: 'faulty' };
  return {
    kind: 'message',
    message: {
      bytes,
      method,
      ...(idText === undefined ? {} : { idText }),
      ...(eventId === undefined ? {} : { eventId }),
    },
  };
}

/**
 * Sorts what came in one piece. Servers of revision 2025-03-26 may make a batch of it, which every client has to take
 * (2025-03-26, basic, batching). The event's id stands for all of it, so only the last message has it.
 */
export function sortEach(bytes: Buffer, eventId: string | undefined, take: (inbound: Inbound) => void): void {
  const parts = bytes[0] === OPENING_BRACKET && parses(bytes) ? partsOf(bytes) : [];
  if (parts.length === 0) take(sortInbound(bytes, eventId));
  else for (const part of parts) take(sortInbound(part, part === parts.at(-1) ? eventId : undefined));
}

function partsOf(bytes: Buffer): Buffer[] {
  const ranges = elementRanges(bytes, { start: 0, end: bytes.lastIndexOf(CLOSING_BRACKET) + 1 });
  return ranges.map(({ start, end }) => bytes.subarray(start, end));
}

const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/** Messages that are not answers are read further on the way, so they must parse whatever their size. */
function parses(bytes: Buffer): boolean {
  if (hasMoreValues(bytes, MAX_PARSED_VALUES)) return false;
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
