import { describe, expect, test } from 'vitest';
import {
  draftChanges,
  nameLines,
  typedProblems,
} from '../../../renderer/features/headers/allowlist-draft.ts';
import { pastedValue } from '../../../renderer/features/headers/pasted-value.ts';
import { verifies } from '../../requirements/verifies.ts';

const saved = {
  revision: 'r1',
  headers: [
    { name: 'X-Tenant', inForce: true, problems: [], capturedIn: 2, liveSessions: 3 },
    { name: 'X-Old', inForce: true, problems: [], capturedIn: 0, liveSessions: 3 },
  ],
};

describe('the typed allowlist', () => {
  test(
    verifies(['B03', 'B08', 'B12'], 'each line carries its own problems, the others stay in force'),
    () => {
      const lines = nameLines(['X-Tenant', 'cookie', 'x-tenant', 'X-New'], saved);
      expect(lines.map(({ inForce }) => inForce)).toEqual([true, false, false, true]);
      expect(lines[0]).toMatchObject({ saved: true, capturedIn: 2 });
      expect(lines[3]).toMatchObject({ saved: false, capturedIn: 0 });
    },
  );

  test('what is being typed is judged with the list that it would join', () => {
    expect(typedProblems('', ['X-Tenant'])).toEqual([]);
    expect(typedProblems('X-New', ['X-Tenant'])).toEqual([]);
    expect(typedProblems('x-TENANT', ['X-Tenant'])).toMatchObject([{ code: 'header.duplicate' }]);
    expect(typedProblems('authorization', [])).toMatchObject([{ code: 'header.restricted' }]);
  });

  test('changes are counted without regard to case', () => {
    expect(draftChanges(['x-tenant', 'X-New'], saved)).toEqual({ added: 1, removed: 1 });
  });
});

describe('the value in a pasted line', () => {
  test.each([
    ['X-A: one two ', 'X-A', 'one two'],
    [`curl -H 'X-A: one' -H "X-B: two" http://x`, 'X-A', 'one'],
    [`curl -H 'X-A: one' -H "X-B: two" http://x`, 'x-b', 'two'],
    ['X-A: one \\', 'X-A', 'one'],
    ['nothing here', 'X-A', ''],
  ])('%s', (line, name, value) => expect(pastedValue(line, name)).toBe(value));
});
