import type { Plugin } from 'vite';

const OUTSIDE_LATIN_1 = /[^\0-\xff]/g;

/**
 * Writes characters outside of Latin-1 as escapes. V8 keeps a program's text in memory, two bytes for each character as
 * soon as a single one needs them: a dash in a message doubles its file.
 */
export function oneByteText(): Plugin {
  return {
    name: 'one-byte-text',
    renderChunk(code) {
      const escaped = code.replace(
        OUTSIDE_LATIN_1,
        (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      return escaped === code ? null : { code: escaped, map: null };
    },
  };
}
