import { elementRanges, memberRanges, splice, textOf } from '../json/members.ts';
import type { Range } from '../json/scan.ts';
import { URL_ELICITATION_REQUIRED } from './protocol.ts';

const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const QUOTE = 0x22;
const ELICITATION = 'elicitation/create';

interface Edit {
  readonly range: Range;
  readonly text: string;
}

/**
 * A backend's `elicitation/create` (form or URL mode) with the backend's name before its message, so that a person
 * sees who asks: through a gateway all questions come from one server (hazard 32). All other bytes stay as they are;
 * any other message, and one whose message is no text, comes back as it was. The bytes must be valid JSON.
 */
export function withAskerInRequest(bytes: Uint8Array, backend: string): Uint8Array {
  return spliced(bytes, editsOfRequest(bytes, wholeOf(bytes), backend));
}

/**
 * The same for the questions inside an answer: the input requests of `input_required` (2026-07-28, MRTR), and those
 * that a client has to go through before it calls again (2025-11-25, URL elicitation required).
 */
export function withAskerInAnswer(bytes: Uint8Array, backend: string): Uint8Array {
  try {
    return spliced(bytes, editsOfAnswer(bytes, backend));
  } catch {
    // A large answer is not parsed on its way; broken JSON asks nobody anything.
    return bytes;
  }
}

function editsOfAnswer(bytes: Uint8Array, backend: string): Edit[] {
  const members = memberRanges(bytes, wholeOf(bytes));
  const requests = memberRangeOf(bytes, members.get('result'), 'inputRequests');
  const asked = isObject(bytes, requests)
    ? [...memberRanges(bytes, requests).values()].flatMap((one) => editsOfRequest(bytes, one, backend))
    : [];
  return [...asked, ...editsOfError(bytes, members.get('error'), backend)];
}

function editsOfRequest(bytes: Uint8Array, request: Range, backend: string): Edit[] {
  const method = memberRangeOf(bytes, request, 'method');
  if (method === undefined || JSON.parse(textOf(bytes, method)) !== ELICITATION) return [];
  return editsOfMessage(bytes, memberRangeOf(bytes, request, 'params'), backend);
}

function editsOfError(bytes: Uint8Array, error: Range | undefined, backend: string): Edit[] {
  const code = memberRangeOf(bytes, error, 'code');
  if (code === undefined || JSON.parse(textOf(bytes, code)) !== URL_ELICITATION_REQUIRED) return [];
  const asked = memberRangeOf(bytes, memberRangeOf(bytes, error, 'data'), 'elicitations');
  if (asked === undefined || bytes[asked.start] !== OPEN_BRACKET) return [];
  return elementRanges(bytes, asked).flatMap((one) => editsOfMessage(bytes, one, backend));
}

/** A backend's name needs no escape in JSON: its grammar knows letters, digits, `_` and `-` only. */
function editsOfMessage(bytes: Uint8Array, object: Range | undefined, backend: string): Edit[] {
  const message = memberRangeOf(bytes, object, 'message');
  if (message === undefined || bytes[message.start] !== QUOTE) return [];
  const at = message.start + 1;
  return [{ range: { start: at, end: at }, text: `[${backend}] ` }];
}

function memberRangeOf(bytes: Uint8Array, object: Range | undefined, name: string): Range | undefined {
  return isObject(bytes, object) ? memberRanges(bytes, object).get(name) : undefined;
}

function isObject(bytes: Uint8Array, range: Range | undefined): range is Range {
  return range !== undefined && bytes[range.start] === OPEN_BRACE;
}

function wholeOf(bytes: Uint8Array): Range {
  return { start: bytes.indexOf(OPEN_BRACE), end: bytes.length };
}

function spliced(bytes: Uint8Array, edits: readonly Edit[]): Uint8Array {
  return edits.length === 0 ? bytes : splice(bytes, edits);
}
