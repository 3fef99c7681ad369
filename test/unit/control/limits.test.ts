import { expect, test } from 'vitest';
import { CALL_LIMITS, inputFault } from '../../../shared/control/limits.ts';
import { verifies } from '../../requirements/verifies.ts';

test.each([
  ['an own __proto__ key', JSON.parse('{"a":[{"__proto__":{"b":1}}]}'), 'not-plain'],
  ['a map', { a: new Map() }, 'not-plain'],
  ['a date', [new Date(0)], 'not-plain'],
  ['a typed array', { a: new Uint8Array(1) }, 'not-plain'],
  ['one level too deep', nested(CALL_LIMITS.depth + 1), 'too-deep'],
  ['one character too many', ['x'.repeat(CALL_LIMITS.characters), 'x'], 'too-large'],
  ['one key too long', { ['k'.repeat(CALL_LIMITS.characters + 1)]: 1 }, 'too-large'],
  ['one item too many', new Array(CALL_LIMITS.nodes).fill(1), 'too-large'],
])(verifies(['UIX-01', 'CFG-07'], 'finds %s'), (_name, input, fault) => {
  expect(inputFault(input)).toBe(fault);
});

test.each([
  ['an object without prototype', Object.assign(Object.create(null), { a: 1 })],
  ['words of the prototype as values', { name: '__proto__', other: ['constructor'] }],
  ['the deepest allowed', nested(CALL_LIMITS.depth)],
  ['the longest allowed', ['x'.repeat(CALL_LIMITS.characters)]],
  ['the most allowed', new Array(CALL_LIMITS.nodes - 1).fill(1)],
  ['nothing', undefined],
])(verifies(['UIX-01', 'CFG-07'], 'lets pass %s'), (_name, input) => {
  expect(inputFault(input)).toBeUndefined();
});

function nested(levels: number): unknown {
  return levels === 0 ? 1 : [nested(levels - 1)];
}
