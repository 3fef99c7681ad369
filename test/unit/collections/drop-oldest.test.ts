import { expect, test } from 'vitest';
import { dropOldest } from '../../../shared/collections/drop-oldest.ts';

test('a map keeps the entries that were put in last, as many as it may', () => {
  const map = new Map([
    ['a', 1],
    ['b', 2],
    ['c', 3],
  ]);
  dropOldest(map, 3);
  expect([...map.keys()]).toEqual(['a', 'b', 'c']);
  map.delete('a');
  map.set('a', 4);
  map.set('d', 5);
  dropOldest(map, 2);
  expect([...map.keys()]).toEqual(['a', 'd']);
});
