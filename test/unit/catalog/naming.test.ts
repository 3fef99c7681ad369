import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type NamingBackend, type NamingInput, nameItems } from '../../../shared/catalog/naming.ts';
import { verifies } from '../../requirements/verifies.ts';
import { backendName } from '../config/build-config.ts';

type Part = Omit<NamingBackend, 'name'>;

function run(backends: Record<string, string[] | Part>, options: Partial<NamingInput> = {}): string[] {
  return whole(backends, options).entries.map(
    ({ advertised, backend, original }) => `${advertised} = ${backend}/${original}`,
  );
}

function whole(backends: Record<string, string[] | Part>, options: Partial<NamingInput> = {}) {
  return nameItems({
    conflicts: 'prefix',
    prefixFormat: '{backend}_',
    backends: Object.entries(backends).map(([name, part]) => ({
      name: backendName(name),
      ...(Array.isArray(part) ? { items: part } : part),
    })),
    ...options,
  });
}

describe('prefix', () => {
  test('every item has its prefix, in order', () => {
    expect(run({ b: ['x', 'y'], a: ['x'] })).toEqual(['b_x = b/x', 'b_y = b/y', 'a_x = a/x']);
  });

  test('an empty format means no prefix', () => {
    expect(run({ a: ['x', 'y'] }, { prefixFormat: '' })).toEqual(['x = a/x', 'y = a/y']);
  });

  test(verifies(['CFG-14', 'HTP-15'], 'where prefixed names collide neither shadows'), () => {
    const made = whole({ a: ['b_c', 'z'], a_b: ['c'] });
    expect(made.entries.map(({ advertised }) => advertised)).toEqual(['a__b_c', 'a_z', 'a_b__c']);
    expect(made.conflicts).toEqual([{ name: 'a_b_c', backends: ['a', 'a_b'], resolution: 'renamed' }]);
  });

  test(verifies(['HTP-15'], 'a forged long name cannot take the place of the real one'), () => {
    expect(run({ good: ['search'], evil: ['search', 'good__search'] }, { prefixFormat: '' })).toEqual([
      'good__search = good/search',
      'evil__search = evil/search',
      'evil__good__search = evil/good__search',
    ]);
  });

  test('what is equal even then gets numbers', () => {
    expect(run({ a: ['b__c'], a__b: ['c'], x: ['a__b__c', 'a__b__c_1'] }, { prefixFormat: '' })).toEqual([
      'b__c = a/b__c',
      'c = a__b/c',
      'a__b__c = x/a__b__c',
      'a__b__c_1 = x/a__b__c_1',
    ]);
    const clash = {
      a: { items: ['b__c'], rename: new Map([['b__c', 'n']]) },
      a__b: { items: ['c'], rename: new Map([['c', 'n']]) },
    };
    expect(run(clash)).toEqual(['a__b__c_1 = a/b__c', 'a__b__c_2 = a__b/c']);
  });

  test('a number never leads to a name that another item has', () => {
    const rename = new Map(['b__c', 'b__c_1', 'c'].map((original) => [original, 'n']));
    expect(run({ a: { items: ['b__c', 'b__c_1'], rename }, a__b: { items: ['c'], rename } })).toEqual([
      'a__b__c_2 = a/b__c',
      'a__b__c_1 = a/b__c_1',
      'a__b__c_3 = a__b/c',
    ]);
  });

  test(verifies(['HTP-15', 'CFG-07'], 'names of the prototype are names'), () => {
    expect(run({ a: ['__proto__', 'constructor'] }, { prefixFormat: '' })).toEqual([
      '__proto__ = a/__proto__',
      'constructor = a/constructor',
    ]);
  });
});

describe('filters and overrides', () => {
  test(verifies(['B74'], 'only, hide and rename go by original names'), () => {
    const part = {
      items: ['x', 'y', 'z', 'x'],
      only: ['x', 'y', 'a_z'],
      hide: ['y'],
      rename: new Map([['x', 'find']]),
    };
    expect(run({ a: part })).toEqual(['find = a/x']);
  });

  test('an empty only lists nothing', () => {
    expect(run({ a: { items: ['x'], only: [] } })).toEqual([]);
  });
});

describe('priority', () => {
  test('the order decides, the others are not listed and told', () => {
    const made = whole(
      { a: ['x', 'y'], b: ['x'], c: ['x', 'z'] },
      { conflicts: 'priority', order: [backendName('c')] },
    );
    expect(made.entries.map(({ advertised, backend }) => `${advertised} ${backend}`)).toEqual([
      'y a',
      'x c',
      'z c',
    ]);
    expect(made.conflicts).toEqual([{ name: 'x', backends: ['c', 'a', 'b'], resolution: 'first-wins' }]);
  });
});

describe('manual', () => {
  test('a conflict without an override lists none of them', () => {
    const made = whole({ a: ['x', 'y'], b: ['x'] }, { conflicts: 'manual' });
    expect(made.entries.map(({ advertised }) => advertised)).toEqual(['y']);
    expect(made.conflicts).toEqual([{ name: 'x', backends: ['a', 'b'], resolution: 'not-listed' }]);
  });

  test('an override solves it', () => {
    const a = { items: ['x'], rename: new Map([['x', 'find']]) };
    expect(run({ a, b: ['x'] }, { conflicts: 'manual' })).toEqual(['find = a/x', 'x = b/x']);
  });
});

describe('any catalog', () => {
  const item = fc.oneof(
    fc.constantFrom('x', 'a_x', 'a__x', 'b__x', 'a__a__x', 'a__x_1', 'a__b__x', 'b_x', '__proto__'),
    fc.string({ maxLength: 3 }),
  );
  const backend = fc.record({
    name: fc.constantFrom('a', 'b', 'a_b', 'a__b', 'a__a').map(backendName),
    items: fc.array(item, { maxLength: 8 }),
    rename: fc.array(fc.tuple(item, item), { maxLength: 3 }).map((pairs) => new Map(pairs)),
  });
  const input: fc.Arbitrary<NamingInput> = fc.record({
    conflicts: fc.constantFrom('prefix', 'priority', 'manual'),
    order: fc.subarray(['b', 'a'].map(backendName)),
    prefixFormat: fc.constantFrom('', '{backend}_', '{backend}__', 'mcp_'),
    backends: fc.uniqueArray(backend, { selector: ({ name }) => name }),
  });

  test('no name stands for two items, nothing is lost in prefix mode, and the answer is always the same', () => {
    fc.assert(
      fc.property(input, (given) => {
        const made = nameItems(given);
        expect(new Set(made.entries.map(({ advertised }) => advertised)).size).toBe(made.entries.length);
        expect(nameItems(given)).toEqual(made);
        const distinct = given.backends.reduce((sum, { items }) => sum + new Set(items).size, 0);
        if (given.conflicts === 'prefix') expect(made.entries).toHaveLength(distinct);
        if (made.conflicts.length === 0) expect(made.entries).toHaveLength(distinct);
      }),
      { numRuns: 2000 },
    );
  });

  test('20,000 items with 1,000 conflicts are named in well under a second', () => {
    const items = Array.from({ length: 1000 }, (_, index) => `tool_${index}`);
    const backends = Array.from({ length: 20 }, (_, index) => ({ name: backendName(`b${index}`), items }));
    const start = performance.now();
    expect(nameItems({ conflicts: 'prefix', prefixFormat: '', backends }).entries).toHaveLength(20_000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
