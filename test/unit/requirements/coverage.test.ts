import { describe, expect, test } from 'vitest';
import { coverageOf, namedIds } from '../../requirements/coverage.ts';
import type { RequirementRow } from '../../requirements/requirement.ts';
import { REQUIREMENTS } from '../../requirements/requirements.ts';
import { verifies } from '../../requirements/verifies.ts';

const ROWS: readonly RequirementRow[] = [
  ['B01', 'gateway', 'one'],
  ['CFG-04', 'gateway', 'two'],
  ['UIX-01', 'window', 'three'],
];

describe('the requirement gate', () => {
  test('reads what verifies writes, and nothing else', () => {
    expect(namedIds(verifies(['B01', 'CFG-04'], 'a sentence'))).toEqual(['B01', 'CFG-04']);
    expect(namedIds('[not ids] a sentence')).toEqual([]);
    expect(namedIds('B01 in the middle')).toEqual([]);
  });

  test('only passed tests cover, only built parts have to be covered, and slips are told', () => {
    const outcomes = [
      { name: '[B01] fails', state: 'failed' },
      { name: '[CFG-04] is skipped', state: 'skipped' },
      { name: '[B99] passes', state: 'passed' },
    ] as const;
    const { uncovered, unknown } = coverageOf(outcomes, ROWS, ['gateway']);
    expect(uncovered.map(([id]) => id)).toEqual(['B01', 'CFG-04']);
    expect(unknown).toEqual(['B99']);
    const passed = [{ name: '[B01 CFG-04] passes', state: 'passed' }] as const;
    expect(coverageOf(passed, ROWS, ['gateway'])).toEqual({ uncovered: [], unknown: [] });
    expect(coverageOf(passed, ROWS, ['gateway', 'window']).uncovered).toHaveLength(1);
  });

  test('the manifest names each requirement once', () => {
    const ids = REQUIREMENTS.map(([id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id.startsWith('B'))).toHaveLength(75);
    expect(ids.every((id) => namedIds(`[${id}] x`).length === 1)).toBe(true);
  });
});
