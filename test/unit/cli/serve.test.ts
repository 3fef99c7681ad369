import { once } from 'node:events';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ServeOptions } from '../../../electron/headless/run-serve.ts';
import { verifies } from '../../requirements/verifies.ts';
import { runScript, startScript } from '../../support/processes.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const CHILD = join(import.meta.dirname, 'serve-child.ts');

async function home(): Promise<TempDir & { env: Record<string, string> }> {
  const dir = await createTempDir();
  await mkdir(dir.file('tmp'));
  return { ...dir, env: { HOME: dir.path, TMPDIR: dir.file('tmp') } };
}

const start = (options: ServeOptions, env: Record<string, string>) =>
  startScript(CHILD, [JSON.stringify(options)], { env });

describe('serve --json', () => {
  test(verifies(['CRA-04'], 'prints one ready line, drains on SIGTERM, and ends with 0'), async () => {
    await using dir = await home();
    await writeFile(dir.file('config.json'), '{ "version": 1 }', { mode: 0o600 });
    const running = await start({ config: dir.file('config.json'), port: 0, json: true }, dir.env);
    expect(running.ready).toEqual({ event: 'ready', url: running.ready.url, pid: running.pid });
    expect(running.ready.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    running.child.kill('SIGTERM');
    const { code, stdout, stderr } = await running.stop();
    expect(code).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stderr).toMatch(/drained\n[\s\S]*disposed\n/);
    expect(await readFile(dir.file('config.json'), 'utf8')).toBe('{ "version": 1 }');
  });

  test('a second signal does not wait for calls that hang', async () => {
    await using dir = await home();
    const env = { ...dir.env, STAND_IN_HANGS: '1' };
    const running = await start({ demo: true, port: 0, json: true }, env);
    running.child.kill('SIGTERM');
    await until(() => running.output().stderr.includes('drained'));
    // At once, the same wish may come twice on its way through npm; later it is a second wish.
    await until(() => {
      running.child.kill('SIGINT');
      return running.child.exitCode !== null;
    });
    expect((await running.ended).code).toBe(1);
  });

  test('the demo needs no configuration, tells its token, and leaves nothing', async () => {
    await using dir = await home();
    await using running = await start({ demo: true, port: 0, json: true }, dir.env);
    expect(running.ready.token).toMatch(/^pb_[\w-]{43}$/);
    expect(running.output().stderr).toContain('demo true');
    await running.stop();
    expect(await readdir(dir.file('tmp'))).toEqual([]);
    expect((await readdir(dir.path)).sort()).toEqual(['tmp']);
  });

  test('secrets of the environment are taken, and the variable is gone', async () => {
    await using dir = await home();
    const secrets = JSON.stringify({ billing: { headers: { 'X-Api-Key': 'canary-1f7e' } } });
    await using running = await start(
      { demo: true, port: 0, json: true },
      { ...dir.env, PATCHBAY_SECRETS: secrets },
    );
    expect(running.output().stderr).toContain('variable gone');
    expect(running.output().stderr).toContain('secret found');
    const { stdout, stderr } = await running.stop();
    expect(stdout + stderr).not.toContain('canary-1f7e');
  });
});

describe('serve that cannot start', () => {
  test.each(['exception', 'rejection'])(
    verifies(
      ['SEC-05', 'SEC-09'],
      'a fault that nobody catches (%s) ends it with 1, and no secret is in its last words',
    ),
    async (kind) => {
      await using dir = await home();
      const value = 'canary-6b2e/+ "value"';
      const secrets = JSON.stringify({ billing: { headers: { 'X-Api-Key': value } } });
      const env = { ...dir.env, PATCHBAY_SECRETS: secrets, STAND_IN_CRASHES: kind };
      const { code, stdout, stderr } = await runScript(
        CHILD,
        [JSON.stringify({ demo: true, port: 0, json: true })],
        { ...dir, env },
      );
      expect(code).toBe(1);
      expect(stderr).toContain('broke with [secret] and [secret]');
      expect(stderr).toMatch(/^ {4}at .*serve-child\.ts/m);
      for (const piece of ['canary', Buffer.from(value).toString('base64').slice(0, 8), '\u001b[31m'])
        expect(stdout + stderr).not.toContain(piece);
    },
  );

  test(verifies(['NET-04'], 'a taken port is told with its holder, and no other one is taken'), async () => {
    await using dir = await home();
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { code, stdout, stderr } = await runScript(
      CHILD,
      [JSON.stringify({ demo: true, port, json: true })],
      dir,
    );
    holder.close();
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(`Port ${port} of 127.0.0.1 is in use`);
    if (process.platform === 'linux') expect(stderr).toContain(`(process ${process.pid})`);
    expect(stderr).not.toContain('    at ');
    expect(await readdir(dir.file('tmp'))).toEqual([]);
  });

  test.each([
    ['a file that is not there', undefined, 'does not exist'],
    ['a file that is no JSON', '{ "version": 1, oops }', 'Line 1, column 17'],
    ['a key that stands twice', '{ "version": 1,\n "version": 1 }', 'Line 2, column 2 has version twice'],
  ])('%s: exit code 1 with the place', async (_, text, message) => {
    await using dir = await home();
    const config = dir.file('config.json');
    if (text !== undefined) await writeFile(config, text);
    const { code, stdout, stderr } = await runScript(
      CHILD,
      [JSON.stringify({ config, port: 0, json: true })],
      dir,
    );
    expect(code).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
  });
});

test('for people: the address, an entry that works, and what to try; the token only once', async () => {
  await using dir = await home();
  const config = dir.file('config.json');
  await writeFile(config, '{ "version": 1, "passthroughHeaders": ["X-Tenant"] }', { mode: 0o600 });
  const said = await greetingOf({ config, port: 0 }, dir.env);
  const entry = JSON.parse(/\{[\s\S]*\n\}/.exec(said)?.[0] ?? '');
  expect(entry.mcpServers.patchbay.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
  const token = /Bearer (pb_[\w-]+)/.exec(entry.mcpServers.patchbay.headers.Authorization)?.[1] ?? '';
  expect(token).toHaveLength(46);
  expect(said).toContain('Send X-Tenant when your client connects');
  expect(await readFile(config, 'utf8')).not.toContain(token);
  expect(await greetingOf({ config, port: 0 }, dir.env)).toContain('patchbay token create --client NAME');
});

async function greetingOf(options: ServeOptions, env: Record<string, string>): Promise<string> {
  const ended = spawnUntil(options, env, 'Ctrl-C');
  return (await ended).stdout;
}

async function spawnUntil(options: ServeOptions, env: Record<string, string>, words: string) {
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [CHILD, JSON.stringify(options)], {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    if (stdout.includes(words)) child.kill('SIGTERM');
  });
  const [code] = await once(child, 'close');
  return { code, stdout };
}
