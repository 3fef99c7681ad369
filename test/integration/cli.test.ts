import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { verifies } from '../requirements/verifies.ts';
import { type Ended, runScript } from '../support/processes.ts';
import { createTempDir } from '../support/temp-dir.ts';

// Every run is a process of its own.
vi.setConfig({ testTimeout: 90_000 });

const ROOT = join(import.meta.dirname, '..', '..');
const MAIN = join(ROOT, 'electron', 'headless', 'main.ts');

const patchbay = (home: string, ...args: string[]): Promise<Ended> =>
  runScript(MAIN, args, { env: { HOME: home } });

describe('usage', () => {
  test.each([
    ['no command', []],
    ['an unknown command', ['sing']],
    ['an unknown option', ['validate', '--sing']],
    ['a port that is none', ['serve', '--port', '65536']],
    ['a token for nobody', ['token', 'create']],
    ['a client with a line break', ['token', 'create', '--client', 'a\nb']],
    ['revoking nothing', ['token', 'revoke']],
    ['revoking two things', ['token', 'revoke', 'abc', '--client', 'x']],
  ])('%s: exit code 2, nothing on standard output', async (_, args) => {
    await using dir = await createTempDir();
    const { code, stdout, stderr } = await patchbay(dir.path, ...args);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
  });

  test('help and version end with 0; the version is the one of package.json', async () => {
    await using dir = await createTempDir();
    const help = await patchbay(dir.path, '--help');
    expect(help.code).toBe(0);
    const commands = [
      'serve',
      'validate',
      'token',
      'secret',
      'connect',
      'import',
      'export',
      'doctor',
      'bridge',
    ];
    for (const command of commands) expect(help.stdout).toContain(command);
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect((await patchbay(dir.path, '--version')).stdout).toBe(`${version}\n`);
  });
});

describe('validate', () => {
  test('a sound file: exit code 0', async () => {
    await using dir = await createTempDir();
    await writeFile(dir.file('c.json'), '{ "version": 1 } // fine', { mode: 0o600 });
    const { code, stdout } = await patchbay(dir.path, 'validate', '--config', dir.file('c.json'));
    expect(code).toBe(0);
    expect(stdout).toContain('0 errors, 0 warnings');
  });

  test(
    verifies(['CFG-18', 'B10'], 'every problem with place and way out; exit code 1; nothing is changed'),
    async () => {
      await using dir = await createTempDir();
      const text = `{ "version": 1, "passthroughHeaders": ["Cookie", "X-Api-Key"],
      "backends": { "billing": { "type": "http", "url": "https://billing.example/mcp", "headers": { "x-api-key": "k" } } } }`;
      await writeFile(dir.file('c.json'), text, { mode: 0o600 });
      const { code, stdout } = await patchbay(dir.path, 'validate', '--config', dir.file('c.json'));
      expect(code).toBe(1);
      expect(stdout).toContain('passthroughHeaders[0]');
      expect(stdout).toContain('billing');
      expect(stdout).toContain('[header.collision]');
      const json = await patchbay(dir.path, 'validate', '--json', '--config', dir.file('c.json'));
      expect(json.code).toBe(1);
      const answer = JSON.parse(json.stdout);
      expect(answer.ok).toBe(false);
      expect(answer.problems.every((found: { fix: string }) => found.fix !== '')).toBe(true);
      expect(await readFile(dir.file('c.json'), 'utf8')).toBe(text);
    },
  );

  test('a file that was named and is not there, and one that is damaged: exit code 1, nothing restored', async () => {
    await using dir = await createTempDir();
    expect((await patchbay(dir.path, 'validate', '--config', dir.file('none.json'))).code).toBe(1);
    await writeFile(dir.file('c.json'), '', { mode: 0o600 });
    await writeFile(dir.file('c.json.last-good'), '{ "version": 1 }', { mode: 0o600 });
    expect((await patchbay(dir.path, 'validate', '--config', dir.file('c.json'))).code).toBe(1);
    expect(await readFile(dir.file('c.json'), 'utf8')).toBe('');
  });
});

describe('token', () => {
  test('create shows it once, list never, revoke takes it away', async () => {
    await using dir = await createTempDir();
    const config = ['--config', dir.file('c.json')];
    const created = await patchbay(dir.path, 'token', 'create', '--client', 'cursor', '--json', ...config);
    expect(created.code).toBe(0);
    const { token, tokenId, url, client } = JSON.parse(created.stdout);
    expect(token).toMatch(/^pb_[\w-]{43}$/);
    expect({ url, client }).toEqual({ url: 'http://127.0.0.1:4780/mcp', client: 'cursor' });
    const text = await readFile(dir.file('c.json'), 'utf8');
    expect(text).not.toContain(token);
    const listed = await patchbay(dir.path, 'token', 'list', '--json', ...config);
    expect(JSON.parse(listed.stdout).tokens).toMatchObject([{ tokenId, client: 'cursor' }]);
    expect(listed.stdout).not.toContain(token);
    const revoked = await patchbay(dir.path, 'token', 'revoke', tokenId, '--json', ...config);
    expect(JSON.parse(revoked.stdout).revoked).toMatchObject([{ tokenId }]);
    expect((await patchbay(dir.path, 'token', 'revoke', tokenId, ...config)).code).toBe(1);
  });

  test('made by several processes at once, none is lost', async () => {
    await using dir = await createTempDir();
    const config = ['--config', dir.file('c.json')];
    const names = ['a', 'b', 'c', 'd', 'e'];
    const made = await Promise.all(
      names.map((name) => patchbay(dir.path, 'token', 'create', '--client', name, '--json', ...config)),
    );
    expect(made.map(({ code }) => code)).toEqual(names.map(() => 0));
    const listed = JSON.parse((await patchbay(dir.path, 'token', 'list', '--json', ...config)).stdout);
    expect(listed.tokens.map(({ client }: { client: string }) => client).sort()).toEqual(names);
  });

  test('without --config the file is in the configuration folder of the user', async () => {
    await using dir = await createTempDir();
    await mkdir(dir.file('.config'));
    const made = await patchbay(dir.path, 'token', 'create', '--client', 'zed');
    expect(made.code).toBe(0);
    expect(made.stdout).toContain('"mcpServers"');
    if (process.platform !== 'linux') return;
    expect(await readFile(dir.file('.config', 'patchbay', 'config.json'), 'utf8')).toContain('"zed"');
  });
});
