import { spawn } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type CliHome, createCliHome } from '../support/cli.ts';

// Every run is a process of its own, and some tests need ten.
vi.setConfig({ testTimeout: 90_000 });

const BEFORE = `{
  // mine
  "mcpServers": { "other": { "command": "other", "env": { "API_KEY": "sk-not-yours-0123456789" } } }
}
`;

let home: CliHome;
let cursor: string;

beforeEach(async () => {
  home = await createCliHome();
  await home.writeConfig({ passthroughHeaders: ['X-Tenant'], gateway: { port: 4999 } });
  cursor = home.file('.cursor', 'mcp.json');
  await mkdir(home.file('.cursor'));
  await writeFile(cursor, BEFORE);
});
afterEach(() => home[Symbol.asyncDispose]());

async function tokens(): Promise<readonly { client: string; tokenId: string }[]> {
  return JSON.parse((await home.patchbay('token', 'list', '--json')).stdout).tokens;
}

describe('connect', () => {
  test('alone it lists the clients, those of this machine with their file and abilities', async () => {
    const { code, stdout } = await home.patchbay('connect');
    expect(code).toBe(0);
    expect(stdout).toContain(`cursor  Cursor: not connected (over HTTP`);
    expect(stdout).toContain(cursor);
    const { clients, url } = JSON.parse((await home.patchbay('connect', '--json')).stdout);
    expect(url).toBe('http://127.0.0.1:4999/mcp');
    expect(clients).toContainEqual(
      expect.objectContaining({ id: 'cursor', installed: true, connection: 'not-connected' }),
    );
  });

  test('a dry run shows the change without secrets, and changes nothing', async () => {
    const { code, stdout } = await home.patchbay('connect', 'cursor', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('"patchbay": {');
    expect(stdout).not.toContain('sk-not-yours');
    expect(await readFile(cursor, 'utf8')).toBe(BEFORE);
    expect(await tokens()).toEqual([]);
  });

  test('where nobody can be asked, it needs --yes: exit code 2, nothing is changed', async () => {
    const { code, stderr } = await home.patchbay('connect', 'cursor');
    expect(code).toBe(2);
    expect(stderr).toContain('--yes');
    expect(await readFile(cursor, 'utf8')).toBe(BEFORE);
    expect(await tokens()).toEqual([]);
  });

  test('again and back: one token at a time, none at the end, the file byte for byte', async () => {
    const first = await home.patchbay('connect', 'cursor', '--yes', '--header', 'X-Tenant');
    expect(first.code).toBe(0);
    expect(first.stdout).toContain('Set PATCHBAY_HEADER_X_TENANT in the environment of Cursor');
    const written = await readFile(cursor, 'utf8');
    expect(written).toMatch(/"url": "http:\/\/127\.0\.0\.1:4999\/mcp"/);
    expect(written).toContain(`"X-Tenant": "\${env:PATCHBAY_HEADER_X_TENANT}"`);
    const token = /Bearer (pb_[\w-]{43})/.exec(written)?.[1] ?? 'none';
    expect(first.stdout + first.stderr).not.toContain(token);
    const [made] = await tokens();

    const again = await home.patchbay('connect', 'cursor', '--yes', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ via: 'http', revoked: [{ tokenId: made?.tokenId }] });
    expect(await tokens()).toMatchObject([{ client: 'cursor' }]);
    expect(again.stdout + (await readFile(cursor, 'utf8'))).not.toContain(token);

    const undone = await home.patchbay('connect', 'cursor', '--undo', '--yes');
    expect(undone.code).toBe(0);
    expect(await readFile(cursor, 'utf8')).toBe(BEFORE);
    expect(await tokens()).toEqual([]);
    expect((await home.patchbay('connect', 'cursor', '--undo', '--yes')).code).toBe(1);
  });

  test("another client's token stays", async () => {
    await home.patchbay('token', 'create', '--client', 'zed');
    await home.patchbay('connect', 'cursor', '--yes');
    await home.patchbay('connect', 'cursor', '--undo', '--yes');
    expect(await tokens()).toMatchObject([{ client: 'zed' }]);
  });

  test('a header that is not on the list is told: it would end at the gateway', async () => {
    const { stderr } = await home.patchbay('connect', 'cursor', '--dry-run', '--header', 'X-Other');
    expect(stderr).toContain('[header.not-listed]');
  });

  test('a client that speaks stdio only gets the bridge, the token in its environment', async () => {
    await mkdir(home.file('.config', 'Claude'), { recursive: true });
    const { code, stdout } = await home.patchbay('connect', 'claude-desktop', '--yes');
    expect(code).toBe(0);
    expect(stdout).toContain('Start Claude Desktop again');
    const path = home.file('.config', 'Claude', 'claude_desktop_config.json');
    const entry = JSON.parse(await readFile(path, 'utf8')).mcpServers.patchbay;
    expect(entry.env).toMatchObject({ PATCHBAY_URL: 'http://127.0.0.1:4999/mcp' });
    expect(entry.args.join(' ')).not.toContain('pb_');
    expect((await stat(entry.command)).isFile() && (await stat(entry.args[0])).isFile()).toBe(true);
  });

  test('a client with a window of its own: what to paste, with a token that is shown once', async () => {
    const shown = await home.patchbay('connect', 'jetbrains', '--dry-run');
    expect(shown.stdout).toContain('<token>');
    expect(await tokens()).toEqual([]);
    const { code, stdout } = await home.patchbay('connect', 'jetbrains', '--yes');
    expect(code).toBe(0);
    expect(stdout).toMatch(/pb_[\w-]{43}/);
    expect(await tokens()).toMatchObject([{ client: 'jetbrains' }]);
  });
});

describe('what it refuses, with an untouched file', () => {
  test.each([
    ['an unknown client', ['nobody'], 1, '[client.not-found]'],
    ['a client that is not there', ['zed'], 1, 'was not found on this computer'],
    ['undo of what was never done', ['cursor', '--undo'], 1, 'has no entry of ours'],
    ['a change without a client', ['--yes'], 2, 'name a client'],
    ['a header that is none', ['cursor', '--header', 'a b'], 2, 'not a header name'],
    ['headers at undo', ['cursor', '--undo', '--header', 'X-A'], 2, '--undo'],
  ])('%s', async (_, args, expected, hint) => {
    const { code, stderr } = await home.patchbay('connect', ...args, '--yes');
    expect({ code, told: stderr.includes(hint) }).toEqual({ code: expected, told: true });
    expect(await readFile(cursor, 'utf8')).toBe(BEFORE);
  });

  test.each([
    ['a port that changes with every start', { port: 0 }, 'gateway.port'],
    ['callers who sign in another way', { auth: { mode: 'anonymous' } }, 'gateway.auth.mode'],
  ])('%s', async (_, gateway, place) => {
    await home.writeConfig({ gateway });
    const { code, stderr } = await home.patchbay('connect', 'cursor', '--yes');
    expect({ code, told: stderr.includes(place) }).toEqual({ code: 1, told: true });
    expect(await readFile(cursor, 'utf8')).toBe(BEFORE);
  });

  test('a file that does not parse: place, no token is left behind', async () => {
    await writeFile(cursor, '{ "mcpServers": { ');
    const { code, stderr } = await home.patchbay('connect', 'cursor', '--yes');
    expect(code).toBe(1);
    expect(stderr).toContain('line 1');
    expect(await readFile(cursor, 'utf8')).toBe('{ "mcpServers": { ');
    expect(await tokens()).toEqual([]);
  });

  test('where the backup cannot be kept: nothing is written, and the new token is revoked', async () => {
    await mkdir(home.file('.local', 'state', 'patchbay'), { recursive: true });
    await writeFile(home.file('.local', 'state', 'patchbay', 'client-edits'), 'in the way');
    const { code } = await home.patchbay('connect', 'cursor', '--yes');
    expect(code).toBe(1);
    expect(await readFile(cursor, 'utf8')).toBe(BEFORE);
    expect(await tokens()).toEqual([]);
  });
});

describe.runIf(process.platform === 'linux')('at a terminal it asks', () => {
  const MAIN = join(import.meta.dirname, '../../electron/headless/main.ts');

  test.each([
    ['y', 0, true],
    ['n', 1, false],
    ['', 1, false],
  ])('answer "%s": exit code %i, written: %s', async (answer, expected, written) => {
    const command = `${process.execPath} ${MAIN} connect cursor --config ${home.config}`;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { PATH: process.env.PATH, HOME: home.path, TERM: 'dumb', SHELL: '/bin/sh' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => {
      shown += chunk.toString();
      if (shown.includes('[y/N]') && child.stdin.writable) child.stdin.end(`${answer}\n`);
    });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(expected);
    expect((await readFile(cursor, 'utf8')) !== BEFORE).toBe(written);
  });
});
