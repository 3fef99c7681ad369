/** One character that a reader does not see. `index` counts code points from 0. */
export interface Invisible {
  readonly index: number;
  readonly codePoint: string;
}

// Cc without tab and line ends, Cf (zero width, bidi, tags), odd spaces, fillers and variation selectors (IMP-02).
const INVISIBLE =
  /[\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0\u2800]|\p{Variation_Selector}|(?! )\p{Zs}|(?![\t\n\r])\p{Cc}/u;

/** Every invisible or misleading character of a text, in order. */
export function findInvisible(text: string): readonly Invisible[] {
  return Array.from(text).flatMap((character, index) =>
    INVISIBLE.test(character) ? [{ index, codePoint: label(character) }] : [],
  );
}

/** The text with every invisible character written as `<U+200B>`, so that what is shown is what is there. */
export function showInvisible(text: string): string {
  return Array.from(text, (character) =>
    INVISIBLE.test(character) ? `<${label(character)}>` : character,
  ).join('');
}

function label(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
