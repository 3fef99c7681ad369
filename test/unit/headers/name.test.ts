import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MANAGED_NAMES, managedNames } from '../../../shared/headers/managed-names.ts';
import type { HeaderName } from '../../../shared/headers/name.ts';
import { cutText, foldName, parseHeaderName, restrictedForm } from '../../../shared/headers/name.ts';
import { verifies } from '../../requirements/verifies.ts';

const TCHAR = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

describe('header names', () => {
  test(verifies(['CFG-04', 'B07'], 'a text is a name exactly when it has 1 to 256 token characters'), () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.string({ unit: fc.constantFrom(...TCHAR), maxLength: 260 }),
    );
    fc.assert(
      fc.property(text, (candidate) => {
        const token = [...candidate].every((letter) => TCHAR.includes(letter));
        expect(parseHeaderName(candidate).ok).toBe(token && candidate.length >= 1 && candidate.length <= 256);
      }),
    );
  });

  test('folding is idempotent and keeps the length', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...TCHAR) }), (name) => {
        expect(foldName(foldName(name))).toBe(foldName(name));
        expect(foldName(name.toUpperCase())).toBe(foldName(name.toLowerCase()));
        expect(restrictedForm(name)).toHaveLength(name.length);
      }),
    );
  });

  test('what is shown of a wrong name ends where a name must end', () => {
    expect(cutText('X-Key: s3cret')).toBe('X-Key…');
    expect(cutText('X-Key')).toBe('X-Key');
    expect(cutText('x'.repeat(70))).toBe(`${'x'.repeat(64)}…`);
  });
});

describe('names that an auth strategy manages', () => {
  test(verifies(['B11', 'CFG-19'], 'each strategy declares its names'), () => {
    expect(
      Object.entries(MANAGED_NAMES)
        .filter(([, names]) => names.length === 0)
        .map(([strategy]) => strategy),
    ).toEqual(['none']);
    expect(managedNames({ strategy: 'token_exchange', tokenUrl: 'https://t/' })).toEqual(['Authorization']);
    expect(managedNames({ strategy: 'header', header: 'X-Key' as HeaderName })).toEqual(['X-Key']);
    expect(managedNames({ strategy: 'none' })).toEqual([]);
  });
});
