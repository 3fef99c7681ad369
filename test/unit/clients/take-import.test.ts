import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { takeImport } from '../../../electron/app/take-import.ts';
import { existingDrafts } from '../../../electron/clients/import/existing.ts';
import { type ImportProposal, readImport } from '../../../electron/clients/import/read-import.ts';
import { type ConfigFile, openConfigFile } from '../../../electron/config/config-file.ts';
import { Secret } from '../../../electron/secrets/secret.ts';
import type { SecretStore } from '../../../electron/secrets/secret-store.ts';
import { verifies } from '../../requirements/verifies.ts';
import { cutShort } from '../../support/cut-short-store.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';
import { createTempDir } from '../../support/temp-dir.ts';

function propose(config: ConfigFile, servers: object): ImportProposal {
  const existing = existingDrafts(config.current(), config.raw());
  const read = readImport(JSON.stringify({ mcpServers: servers }), { existing });
  if (!read.ok || read.value[0] === undefined) throw new Error('nothing to import');
  return read.value[0];
}

async function openIn(folder: string, config: object = {}): Promise<ConfigFile> {
  const path = `${folder}/config.json`;
  await writeFile(path, JSON.stringify({ version: 1, ...config }), { mode: 0o600 });
  return await openConfigFile(path, { watch: false });
}

const names = (config: ConfigFile): readonly string[] => Object.keys(config.raw().backends ?? {});
const TWO = { a: { command: 'a', env: { ONE_KEY: 'one-value', TWO_KEY: 'two-value' } } };

test(
  verifies(['CRA-03'], 'a store that fails half-way: the first value is as before, no entry is written'),
  async () => {
    await using folder = await createTempDir();
    using config = await openIn(folder.path);
    const store = createMemorySecretStore();
    const first = { backend: 'a', kind: 'env', name: 'ONE_KEY' } as const;
    await store.write(first, new Secret('older-value'));
    const failing: SecretStore = {
      ...store,
      write: async (ref, secret) =>
        ref.name === 'TWO_KEY'
          ? { ok: false, state: 'locked', reason: 'It is locked.' }
          : store.write(ref, secret),
    };
    const taken = await takeImport(config, failing, propose(config, TWO));
    expect(taken).toMatchObject({ ok: false, problems: [{ code: 'secret.locked' }] });
    const read = await store.read(first);
    expect(read.state === 'found' && read.secret.reveal()).toBe('older-value');
    expect(names(config)).toEqual([]);
  },
);

test(
  verifies(['CRA-03'], 'wherever it is cut short, the file on disk names no secret that is not stored'),
  async () => {
    const replaced = { command: 'old', env: { PLAIN: 'p' } };
    const left: string[] = [];
    for (let operations = 0; ; operations += 1) {
      await using folder = await createTempDir();
      using config = await openIn(folder.path, { backends: { a: { type: 'stdio', ...replaced } } });
      const whole = createMemorySecretStore();
      const { store, stopped } = cutShort(whole, operations);
      const cut = await Promise.race([stopped, takeImport(config, store, propose(config, TWO))]);
      const { a } = JSON.parse(await readFile(config.path, 'utf8')).backends;
      const named: string[] = a.secretEnv ?? [];
      left.push(a.command);
      for (const name of named) {
        expect(
          whole.peek({ backend: 'a', kind: 'env', name }),
          `${name}, cut at ${operations}`,
        ).toBeDefined();
      }
      if (cut === true) continue;
      expect([cut.ok, named]).toEqual([true, ['ONE_KEY', 'TWO_KEY']]);
      break;
    }
    // A read and a write for each of the two, and then the whole of it.
    expect(left).toEqual(['old', 'old', 'old', 'old', 'a']);
  },
);

test('an empty value is one to be entered, not one to be stored', async () => {
  await using folder = await createTempDir();
  using config = await openIn(folder.path);
  const taken = await takeImport(
    config,
    createMemorySecretStore(),
    propose(config, { a: { command: 'a', env: { API_KEY: '' } } }),
  );
  expect(taken).toMatchObject({
    ok: true,
    value: { stored: [], toEnter: [{ kind: 'env', name: 'API_KEY' }] },
  });
});

test.each([
  ['a line break in a header', { url: 'https://a.example/mcp', headers: { Authorization: 'a\nb' } }],
  ['half of a character in a variable', { command: 'a', env: { API_KEY: 'a\ud800' } }],
])('%s is refused before anything is stored', async (_, server) => {
  await using folder = await createTempDir();
  using config = await openIn(folder.path);
  const taken = await takeImport(config, createMemorySecretStore(), propose(config, { a: server }));
  expect(taken).toMatchObject({ ok: false, problems: [{ code: 'header.value-invalid' }] });
  expect(names(config)).toEqual([]);
});

test(
  verifies(['IMP-05'], 'a replaced entry keeps its spelling; a faulty entry of the same name counts as one'),
  async () => {
    await using folder = await createTempDir();
    using config = await openIn(folder.path, { backends: { GitHub: { type: 'odd' } } });
    const proposal = propose(config, { github: { command: 'new' } });
    expect(proposal.state).toBe('replaces');
    expect(await takeImport(config, createMemorySecretStore(), proposal)).toMatchObject({
      ok: true,
      value: { replaced: true },
    });
    expect(config.raw().backends).toEqual({ GitHub: { type: 'stdio', command: 'new' } });
  },
);
