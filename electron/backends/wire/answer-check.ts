import type { Scan } from '../../../shared/json/scan.ts';

/** Largest message taken from a backend (HTP-03, STD-05). */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/**
 * Arrays, objects and members of what is parsed, at most: 5,000 tools have half as many. More would keep everybody
 * waiting, whose ever it is.
 */
export const MAX_PARSED_VALUES = 250_000;

/** Messages up to this size are also parsed, so that broken JSON is our error and not the client's riddle. */
const PARSED_BYTES = 64 * 1024;

export type MessageKind = 'answer' | 'request' | 'notification' | 'faulty';

/**
 * What a finished scan is: an answer has exactly one of `result` and `error` and an id (HTP-04), a request a
 * method and an id, a notification a method alone.
 */
export function messageKind(scan: Scan): MessageKind {
  const { members } = scan;
  if (scan.fault !== undefined || !scan.complete) return 'faulty';
  const answers = Number(members.has('result')) + Number(members.has('error'));
  if (members.has('method')) return answers > 0 ? 'faulty' : members.has('id') ? 'request' : 'notification';
  return answers === 1 && members.has('id') ? 'answer' : 'faulty';
}

/** True when two JSON texts name the same JSON-RPC id: `1` and `1.0` do, `1` and `"1"` do not. */
export function sameId(sent: string, received: string): boolean {
  if (sent === received) return true;
  try {
    return JSON.parse(sent) === JSON.parse(received);
  } catch {
    return false;
  }
}

/** What nearly all ids look like; it needs no parser. */
const PLAIN_ID = /^(?:\d{1,15}|"[\w-]{0,64}")$/;
/** Far longer than any honest id. */
const MAX_ID_CHARACTERS = 64 * 1024;

/**
 * True for a JSON text that a JSON-RPC id can be: a string, a number, or `null` where the peer could not tell. The scan
 * of a large message has seen its brackets and strings only, so this may be no JSON at all.
 */
export function isId(text: string): boolean {
  if (PLAIN_ID.test(text)) return true;
  if (text.length > MAX_ID_CHARACTERS || text.startsWith('{') || text.startsWith('[')) return false;
  try {
    return typeof JSON.parse(text) !== 'boolean';
  } catch {
    return false;
  }
}

/** True when the bytes are well-formed JSON; not judged above 64 KiB, where the scan's verdict stands alone. */
export function isWellFormed(bytes: Buffer): boolean {
  if (bytes.length > PARSED_BYTES) return true;
  try {
    JSON.parse(bytes.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}

/** The JSON text of one scanned member, `undefined` where it is absent. */
export function memberText(scan: Scan, bytes: Buffer, name: string): string | undefined {
  const range = scan.members.get(name);
  return range === undefined ? undefined : bytes.toString('utf8', range.start, range.end);
}
