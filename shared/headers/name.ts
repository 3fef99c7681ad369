declare const headerNameBrand: unique symbol;
declare const foldedNameBrand: unique symbol;

/** A field name that passed the RFC 9110 token grammar, in the spelling in which it will be sent. */
export type HeaderName = string & { readonly [headerNameBrand]: true };

/** A header name folded to lower case: the only form in which two names are compared. */
export type FoldedName = string & { readonly [foldedNameBrand]: true };

/** Longest accepted header name in bytes (threats.md 5.1). */
const MAX_HEADER_NAME_BYTES = 256;

export type NameFault = 'empty' | 'too-long' | 'not-ascii' | 'not-a-token';

// RFC 9110 section 5.6.2: token = 1*tchar.
const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;
const ASCII = /^[\x20-\x7e]*$/;
const CONTROL = /\p{Cc}/u;

/**
 * Parses a header name against the RFC 9110 token grammar, 1 to 256 bytes.
 * ASCII is checked before anything is folded, so that no locale rule can turn another letter into one of ours.
 */
export function parseHeaderName(
  text: string,
): { readonly ok: true; readonly name: HeaderName } | { readonly ok: false; readonly fault: NameFault } {
  if (text.length === 0) return { ok: false, fault: 'empty' };
  if (!ASCII.test(text)) return { ok: false, fault: CONTROL.test(text) ? 'not-a-token' : 'not-ascii' };
  if (text.length > MAX_HEADER_NAME_BYTES) return { ok: false, fault: 'too-long' };
  if (!TOKEN.test(text)) return { ok: false, fault: 'not-a-token' };
  return { ok: true, name: text as HeaderName };
}

/** Folds a header name for comparison. Plain A-Z only: the input is ASCII by its type. */
export function foldName(name: HeaderName | string): FoldedName {
  return name.toLowerCase() as FoldedName;
}

/**
 * The form in which a name is held against the restricted list: folded, and `_` read as `-`,
 * because CGI-like servers fold the two (CVE-2025-64484).
 */
export function restrictedForm(name: HeaderName | string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

const LONGEST_SHOWN = 64;

/**
 * A text that should have been a name, safe to show: cut at the first character that no name may have. Where a
 * person pasted `X-Api-Key: s3cret` as a name, the value must not appear in a message or log.
 */
export function cutText(text: string): string {
  const end = text.search(/[^A-Za-z0-9!#$%&'*+\-.^_`|~]/);
  const cut = text.slice(0, Math.min(end < 0 ? text.length : end, LONGEST_SHOWN));
  return cut.length < text.length ? `${cut}…` : cut;
}
