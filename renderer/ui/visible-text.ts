/** A stretch of text, or one character that would not be seen or would reorder what is seen. */
export type TextPart = { readonly text: string } | { readonly hidden: string };

// Controls except line feed and tab; format characters (bidi overrides and isolates, zero width, tags), line and
// paragraph separators, lone surrogates, private use. The joiner U+200D stays: emoji are made with it.
const HIDDEN = /(?![\n\t\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}]/gu;

/**
 * Text of a backend or client as parts, so that every hidden character can be shown as a mark (UIX-03). The code
 * points are given in hexadecimal. Nothing in the text is interpreted.
 */
export function visibleParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let start = 0;
  for (const match of text.matchAll(HIDDEN)) {
    if (match.index > start) parts.push({ text: text.slice(start, match.index) });
    parts.push({ hidden: (match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0') });
    start = match.index + match[0].length;
  }
  if (start < text.length) parts.push({ text: text.slice(start) });
  return parts;
}

/** The first `max` characters, never half of one. */
export function clip(text: string, max: number): string {
  return text.length <= max ? text : text.slice(0, max).replace(/[\ud800-\udbff]$/, '');
}
