import { chmod, readdir } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { editText } from '../../../electron/config/edit-text.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { GOOD, modeOf, names, open, put, read } from './helpers.ts';

describe('editing in place', () => {
  test(verifies(['CFG-10'], 'comments, unknown fields, order and line ends are preserved'), async () => {
    await using dir = await createTempDir();
    const path = dir.file('config.json');
    await put(path, GOOD.replaceAll('\n', '\r\n'));
    using file = await open(path);
    const saved = await file.edit(file.current().revision, [
      { path: ['passthroughHeaders'], value: ['X-Tenant'] },
      { path: ['backends', 'billing', 'url'], value: 'https://other.example/mcp' },
    ]);
    expect(saved.ok).toBe(true);
    const text = await read(path);
    expect(text).toContain('// who pays');
    expect(text).toContain('/* trailing */');
    expect(text).toMatch(/"future": \{\s+"kept": true\s+\}/);
    expect(text).toContain('https://other.example/mcp');
    expect(text.replaceAll('\r\n', '')).not.toContain('\n');
    expect(file.current().config.passthroughHeaders).toEqual(['X-Tenant']);
    expect(await modeOf(path)).toBe('600');
  });

  test(verifies(['CFG-10'], 'a file of a newer version is never rewritten'), async () => {
    await using dir = await createTempDir();
    const path = dir.file('config.json');
    const newer = '{ "version": 2, "passthroughHeaders": ["X-Tenant"], "shape": "new" }';
    await put(path, newer);
    using file = await open(path);
    expect(file.current().readOnly).toBe(true);
    const saved = await file.edit(file.current().revision, [{ path: ['gateway', 'port'], value: 1 }]);
    expect(saved).toMatchObject({ ok: false, problems: [{ code: 'config.read-only' }] });
    expect(await read(path)).toBe(newer);
  });

  test.each([
    ['adds to a list', '{"a":[1,2]}', { path: ['a', -1], value: 3 }, { a: [1, 2, 3] }],
    [
      'adds to a list with a trailing comma',
      '{"a":[1,2,],}',
      { path: ['a', -1], value: 3 },
      { a: [1, 2, 3] },
    ],
    ['adds a field after a trailing comma', '{"a":1,}', { path: ['b'], value: 2 }, { a: 1, b: 2 }],
    ['takes the last field', '{"a":1,"b":2}', { path: ['b'], remove: true }, { a: 1 }],
    ['takes a list entry', '{"a":[1,2,3]}', { path: ['a', 1], remove: true }, { a: [1, 3] }],
    ['makes what is missing', '{}', { path: ['a', 'b', 'c'], value: 1 }, { a: { b: { c: 1 } } }],
    ['takes what is not there', '{"a":1}', { path: ['x', 'y'], remove: true }, { a: 1 }],
  ] as const)('%s', async (_, before, edit, after) => {
    const { parse } = await import('jsonc-parser');
    expect(parse(editText(before, [edit]))).toEqual(after);
    expect(editText(before, [edit])).not.toMatch(/,\s*,/);
  });
});

describe('where a new member goes', () => {
  test.each([
    ['behind the last that is there', '{"a":1,"b":2,"d":4}', ['a', 'b', 'c'], ['a', 'b', 'x', 'd']],
    ['to the top where none is', '{\n  // first\n  "a": 1,\n  "b": 2,\n}', [], ['x', 'a', 'b']],
    ['to the end after a trailing comma', '{"a":1,"b":2,}', ['a', 'b'], ['a', 'b', 'x']],
    ['into nothing', '{}', ['a'], ['x']],
  ] as const)('%s', async (_, before, behind, members) => {
    const { parse } = await import('jsonc-parser');
    const after = editText(before, [{ path: ['x'], value: { y: 1 }, behind }]);
    const errors: unknown[] = [];
    expect(Object.keys(parse(after, errors as never[], { allowTrailingComma: true }) as object)).toEqual(
      members,
    );
    expect(errors).toEqual([]);
  });
});

describe('what is refused', () => {
  test('an edit made on another state of the file, whoever changed it', async () => {
    await using dir = await createTempDir();
    const path = dir.file('config.json');
    await put(path, GOOD);
    using file = await open(path);
    const { revision } = file.current();
    await put(path, GOOD.replace('who pays', 'who else'));
    const saved = await file.edit(revision, [{ path: ['gateway', 'port'], value: 1 }]);
    expect(saved).toMatchObject({ ok: false, problems: [{ code: 'config.stale' }] });
    expect(await read(path)).toContain('who else');
  });

  test(verifies(['B12', 'CFG-01'], 'a new error; an old one elsewhere does not lock the file'), async () => {
    await using dir = await createTempDir();
    const path = dir.file('config.json');
    const text = '{ "version": 1, "passthroughHeaders": ["X-A", "Cookie", "X-B"] }';
    await put(path, text);
    using file = await open(path);
    expect(file.current().config.passthroughHeaders).toEqual(['X-A', 'X-B']);
    expect(await read(path)).toBe(text);
    const bad = await file.edit(file.current().revision, [
      { path: ['passthroughHeaders', -1], value: 'Host' },
    ]);
    expect(bad).toMatchObject({ ok: false, problems: [{ code: 'header.restricted' }] });
    expect(await read(path)).toBe(text);
    const fine = await file.edit(file.current().revision, [
      { path: ['passthroughHeaders', 0], remove: true },
    ]);
    expect(fine.ok).toBe(true);
    expect(file.current().config.passthroughHeaders).toEqual(['X-B']);
  });

  test('a path that does not fit the file', async () => {
    await using dir = await createTempDir();
    await put(dir.file('config.json'), GOOD);
    using file = await open(dir.file('config.json'));
    const saved = await file.edit(file.current().revision, [{ path: ['version', 'x', 3], value: 1 }]);
    expect(saved.ok).toBe(false);
    expect(await read(dir.file('config.json'))).toBe(GOOD);
  });
});

describe('saving', () => {
  test('the first edit makes folder and file, closed to others', async () => {
    await using dir = await createTempDir();
    const path = dir.file('new', 'config.json');
    using file = await open(path);
    const saved = await file.edit(file.current().revision, [{ path: ['gateway', 'port'], value: 5000 }]);
    expect(saved.ok).toBe(true);
    expect(await modeOf(path)).toBe('600');
    expect(await modeOf(dir.file('new'))).toBe('700');
    expect(await names(dir.file('new'))).toEqual(['config.json', 'config.json.last-good']);
  });

  test('edits made at once by two openers of one file: one holds, the other is told', async () => {
    await using dir = await createTempDir();
    const path = dir.file('config.json');
    await put(path, GOOD);
    using one = await open(path);
    using other = await open(path);
    const outcomes = await Promise.all(
      [one, other].map((file, index) =>
        file.edit(file.current().revision, [{ path: ['gateway', 'port'], value: 5000 + index }]),
      ),
    );
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const winner = outcomes.findIndex(({ ok }) => ok);
    expect(await read(path)).toContain(String(5000 + winner));
    expect((await readdir(dir.path)).filter((name) => /tmp|lock/.test(name))).toEqual([]);
  });

  test.runIf(process.getuid?.() !== 0)(
    verifies(['DSK-01'], 'no right to write: told, the old file intact'),
    async () => {
      await using dir = await createTempDir();
      const path = dir.file('closed', 'config.json');
      await put(path, GOOD);
      using file = await open(path);
      await chmod(dir.file('closed'), 0o500);
      const saved = await file.edit(file.current().revision, [{ path: ['gateway', 'port'], value: 1 }]);
      await chmod(dir.file('closed'), 0o700);
      expect(saved).toMatchObject({ ok: false, problems: [{ code: 'config.save-failed' }] });
      expect(await read(path)).toBe(GOOD);
    },
  );
});
