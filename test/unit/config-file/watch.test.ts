import { rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type ConfigChange, type ConfigFile, openConfigFile } from '../../../electron/config/config-file.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { codes, GOOD, open, put, read } from './helpers.ts';

const nextChange = (file: ConfigFile): Promise<ConfigChange> =>
  new Promise((resolve) => {
    const listening = file.onChange((change) => {
      listening[Symbol.dispose]();
      resolve(change);
    });
  });

describe('a file changed by others while open', () => {
  test(verifies(['CFG-15'], 'is applied as one step, written in place or replaced by rename'), async () => {
    await using dir = await createTempDir();
    const path = dir.file('config.json');
    await put(path, GOOD);
    using file = await openConfigFile(path);
    let change = nextChange(file);
    await writeFile(path, '{ "version": 1, "passthroughHeaders": ["X-One"], "gateway": { "port": 5001 } }');
    expect((await change).by).toBe('file');
    expect(file.current().config.passthroughHeaders).toEqual(['X-One']);
    expect(file.current().config.gateway.port).toBe(5001);
    change = nextChange(file);
    await put(dir.file('draft'), '{ "version": 1, "passthroughHeaders": ["X-Two"] }');
    await rename(dir.file('draft'), path);
    await change;
    expect(file.current().config.passthroughHeaders).toEqual(['X-Two']);
    expect(await read(`${path}.last-good`)).toContain('X-Two');
  });

  test.each([
    ['a mistake', '{ "version": 1, "backends": { '],
    ['zero bytes', ''],
    ['a key twice', '{ "version": 1, "version": 1 }'],
  ])(
    verifies(['CFG-15'], 'with %s: the old state stays in force with a banner, the file is not touched'),
    async (_, bad) => {
      await using dir = await createTempDir();
      const path = dir.file('config.json');
      await put(path, GOOD);
      using file = await open(path);
      const before = file.current().config;
      await writeFile(path, bad);
      await file.reload();
      expect(file.current().config).toEqual(before);
      expect(codes(file)[0]).toMatch(/^config\.(syntax|duplicate-key) error$/);
      expect(file.current().readOnly).toBe(true);
      expect(await read(path)).toBe(bad);
      await writeFile(path, GOOD);
      await file.reload();
      expect(codes(file).filter((code) => code.endsWith('error'))).toEqual([]);
      expect(file.current().readOnly).toBe(false);
    },
  );

  test('a file that is gone: its settings stay, and the next edit writes them anew', async () => {
    await using dir = await createTempDir();
    const path = dir.file('config.json');
    await put(path, GOOD);
    using file = await open(path);
    await rm(path);
    await file.reload();
    expect([...file.current().config.backends.keys()]).toEqual(['billing']);
    const saved = await file.edit(file.current().revision, [{ path: ['gateway', 'port'], value: 5000 }]);
    expect(saved.ok).toBe(true);
    expect(await read(path)).toContain('billing.example');
  });

  test('our own edits are told once, as ours', async () => {
    await using dir = await createTempDir();
    await put(dir.file('config.json'), GOOD);
    using file = await open(dir.file('config.json'));
    const told: string[] = [];
    file.onChange(({ by }) => told.push(by));
    await file.edit(file.current().revision, [{ path: ['gateway', 'port'], value: 5000 }]);
    await file.reload();
    expect(told).toEqual(['this-app']);
  });
});
