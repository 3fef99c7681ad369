import { expect, test } from 'vitest';
import { idKey } from '../../../shared/json/id-key.ts';

test('all spellings of one id have one key; other ids have others', () => {
  const same = [
    ['1', '1.0', '1e0', '10e-1'],
    ['"a"', '"\\u0061"'],
    ['0', '-0', '0.0'],
  ];
  for (const spellings of same) expect(new Set(spellings.map(idKey)).size).toBe(1);
  const different = ['1', '"1"', '"1.0"', '9007199254740992', '9007199254740993', '"a"', '"A"'];
  expect(new Set(different.map(idKey)).size).toBe(different.length);
});
