/** Longest value of one captured header, in bytes (threats.md 5.2). */
export const MAX_VALUE_BYTES = 8 * 1024;
/** Largest sum of all captured values of one session, in bytes. */
export const MAX_CAPTURED_BYTES = 16 * 1024;
/** Most names in the passthrough list. */
export const MAX_PASSTHROUGH_NAMES = 32;
/** Most static headers of one backend, plain and secret together. */
export const MAX_STATIC_HEADERS = 32;

const SPACE = 0x20;
const TAB = 0x09;

/**
 * A captured value as it will be sent: outer SP and HTAB removed, everything else byte for byte.
 * In and out: one character per byte (latin1, as Node reads headers). Undefined means absent: an empty value
 * counts as not sent (contract 1.5).
 */
export function normaliseCapturedValue(latin1: string): string | undefined {
  let start = 0;
  let end = latin1.length;
  while (start < end && isBlank(latin1.charCodeAt(start))) start++;
  while (end > start && isBlank(latin1.charCodeAt(end - 1))) end--;
  return start === end ? undefined : latin1.slice(start, end);
}

export type StaticValueCheck =
  | { readonly ok: true }
  /** Only line breaks at the very end are wrong, as after pasting: a form may offer to trim them (STA-02). */
  | {
      readonly ok: false;
      readonly fault: 'trailing-newline';
      readonly position: number;
      readonly trimmed: string;
    }
  | { readonly ok: false; readonly fault: 'empty' | 'too-long' }
  | { readonly ok: false; readonly fault: 'control' | 'not-ascii'; readonly position: number };

const NOT_ALLOWED = /[^\t\x20-\x7e]/;
const TRAILING_NEWLINES = /[\r\n]+$/;

/**
 * Checks a typed or imported value: VCHAR, SP and HTAB only, since the encoding of anything else is unknown.
 * `position` counts UTF-16 units from 0, as a text field does.
 */
export function checkStaticValue(text: string): StaticValueCheck {
  if (normaliseCapturedValue(text) === undefined) return { ok: false, fault: 'empty' };
  const trimmed = text.replace(TRAILING_NEWLINES, '');
  if (trimmed !== text && !NOT_ALLOWED.test(trimmed) && normaliseCapturedValue(trimmed) !== undefined) {
    return { ok: false, fault: 'trailing-newline', position: trimmed.length, trimmed };
  }
  const position = text.search(NOT_ALLOWED);
  if (position >= 0) {
    return {
      ok: false,
      fault: text.charCodeAt(position) > 0x7e ? notAsciiOrDelete(text, position) : 'control',
      position,
    };
  }
  return text.length > MAX_VALUE_BYTES ? { ok: false, fault: 'too-long' } : { ok: true };
}

/** One sentence on what is wrong with a static value, without the value. */
export function staticValueMessage(check: Exclude<StaticValueCheck, { ok: true }>): string {
  switch (check.fault) {
    case 'empty':
      return 'The value is empty.';
    case 'too-long':
      return `The value is longer than ${MAX_VALUE_BYTES} bytes.`;
    case 'trailing-newline':
      return `The value ends with a line break, from position ${check.position + 1} on.`;
    case 'control':
      return `The value has a control character at position ${check.position + 1}.`;
    case 'not-ascii':
      return `The value has a character outside of ASCII at position ${check.position + 1}.`;
  }
}

function notAsciiOrDelete(text: string, position: number): 'control' | 'not-ascii' {
  return text.charCodeAt(position) === 0x7f ? 'control' : 'not-ascii';
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
