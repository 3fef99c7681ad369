// Controls that JSON leaves as they are and that yet act on a terminal or reorder what is read: DEL and C1 (0x9b
// begins an escape sequence by itself), line and paragraph separator, direction marks, overrides and isolates.
const ACTING = /[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/g;

/** A longer text is a backend's, and no log line needs all of it. */
const MAX_LENGTH = 8_192;

/**
 * Foreign text for a log line: acting characters as visible `\u` escapes, at most 8,192 characters (SEC-09).
 * C0 controls are left to JSON, which escapes them.
 */
export function visibleText(text: string): string {
  const cut = text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}… (${text.length} characters)` : text;
  return cut.replace(ACTING, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
