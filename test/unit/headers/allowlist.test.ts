import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkAllowlist } from '../../../shared/headers/allowlist.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { verifies } from '../../requirements/verifies.ts';

function codes(entries: readonly unknown[]): string[] {
  return checkAllowlist(entries).problems.map(({ code, place }) => `${code} ${place}`);
}

describe('the passthrough list', () => {
  test(verifies(['B01'], 'an empty list is accepted'), () => {
    expect(checkAllowlist([])).toEqual({ names: [], problems: [] });
  });

  test.each([
    ['empty', ''],
    ['blank', ' '],
    ['a second header', 'X-A\r\nX-Evil: 1'],
    ['a space', 'X Tenant'],
    ['a colon', 'X:Tenant'],
    ['a letter beyond ASCII', 'Ü'],
    ['a letter that folds into ASCII', '\u212Aey'],
    ['257 bytes', 'x'.repeat(257)],
    ['a NUL', 'X-A\0'],
    ['a number', 7],
    ['null', null],
    ['an object', { toString: 'X-A' }],
  ])(verifies(['B05', 'B06', 'B07', 'CFG-04'], 'refuses %s'), (_, entry) => {
    expect(checkAllowlist([entry]).names).toEqual([]);
    expect(codes([entry])).toEqual(['header.name-invalid passthroughHeaders[0]']);
  });

  test(verifies(['B07'], '256 bytes are accepted'), () => {
    expect(checkAllowlist(['x'.repeat(256)]).names).toHaveLength(1);
  });

  test(verifies(['B08', 'CFG-05'], 'a second spelling is refused, naming both'), () => {
    const { names, problems } = checkAllowlist(['x-a', 'X-A']);
    expect(names).toEqual(['x-a']);
    expect(problems[0]).toMatchObject({ code: 'header.duplicate', place: 'passthroughHeaders[1]' });
    expect(problems[0]?.message).toMatch(/X-A.*x-a/);
  });

  test(verifies(['B12'], 'a bad entry disables only itself'), () => {
    expect(checkAllowlist(['Host', 'X-A', '', 'X-B']).names).toEqual(['X-A', 'X-B']);
  });

  test('the thirty-third name is not in force', () => {
    const entries = Array.from({ length: 34 }, (_, index) => `X-${index}`);
    expect(checkAllowlist(entries).names).toEqual(entries.slice(0, 32));
    expect(codes(entries)).toEqual(['header.too-many passthroughHeaders[32]']);
  });

  test('an underscore is a warning and stays in force', () => {
    const { names, problems } = checkAllowlist(['x_tenant']);
    expect(names).toEqual(['x_tenant']);
    expect(problems).toMatchObject([{ code: 'header.underscore', severity: 'warning' }]);
  });

  test('a value that was pasted with its name is in no message', () => {
    const { problems } = checkAllowlist(['X-Api-Key: s3cret-value']);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
    expect(problems[0]?.message).toContain('X-Api-Key');
  });

  test(verifies(['CFG-07'], 'prototype names are names like any other'), () => {
    expect(checkAllowlist(['constructor', 'prototype']).names).toEqual(['constructor', 'prototype']);
    expect(checkAllowlist(['__proto__']).names).toEqual(['__proto__']);
  });

  test('whatever the entries are: names in force are unique, and every entry is in force or explained', () => {
    const entry = fc.oneof(fc.string(), fc.constantFrom('Host', 'X-A', 'x-a', 'X-B'), fc.anything());
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 32 }), (entries) => {
        const { names, problems } = checkAllowlist(entries);
        expect(new Set(names.map(foldName)).size).toBe(names.length);
        expect(names.length + problems.filter(({ severity }) => severity === 'error').length).toBe(
          entries.length,
        );
      }),
    );
  });
});
