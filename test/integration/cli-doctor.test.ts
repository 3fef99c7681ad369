import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { demandHeader } from '../backends/interceptions.ts';
import { startPlainBackend } from '../backends/plain-http-backend.ts';
import { verifies } from '../requirements/verifies.ts';
import { type CliHome, createCliHome, mentions } from '../support/cli.ts';
import { startScript } from '../support/processes.ts';

// Every run is a process of its own, and some tests need ten.
vi.setConfig({ testTimeout: 90_000 });

const CANARY = 'canary-77d1-doctor';

interface Found {
  readonly check: string;
  readonly subject: string;
  readonly state: string;
  readonly message: string;
  readonly fix?: string;
}

let home: CliHome;
beforeEach(async () => {
  home = await createCliHome();
});
afterEach(() => home[Symbol.asyncDispose]());

async function examine(): Promise<{ code: number | null; findings: readonly Found[]; text: string }> {
  const { code, stdout, stderr } = await home.patchbay('doctor', '--json');
  expect(stderr).toBe('');
  const { ok, findings } = JSON.parse(stdout);
  expect(ok).toBe(code === 0);
  return { code, findings, text: stdout };
}

const about = (findings: readonly Found[], subject: string): Found | undefined =>
  findings.find((found) => found.subject === subject);

describe('backends', () => {
  test('each one with its state, its reason and the way out; no header of a caller, no start', async () => {
    await using well = await startPlainBackend();
    await using picky = await startPlainBackend({ manners: { intercept: demandHeader('x-tenant') } });
    const started = home.file('was-started');
    const remote = (url: string, more = {}) => ({ type: 'http', url, ...more });
    await home.writeConfig({
      gateway: { port: 4998 },
      passthroughHeaders: ['X-Tenant'],
      backends: {
        well: remote(well.url),
        picky: remote(picky.url),
        gone: remote('http://127.0.0.1:9/mcp'),
        locked: remote('https://locked.example/mcp', { secretHeaders: ['X-Api-Key'] }),
        program: { type: 'stdio', command: 'touch', args: [started] },
        none: { type: 'stdio', command: 'no-such-program-4711' },
        nowhere: { type: 'stdio', command: 'touch', cwd: '/no/such/folder' },
        off: { ...remote('http://127.0.0.1:9/mcp'), enabled: false },
      },
    });
    const { code, findings } = await examine();
    expect(code).toBe(1);
    const states = findings
      .filter(({ check }) => check === 'backends')
      .map(({ subject, state }) => [subject, state]);
    expect(Object.fromEntries(states)).toEqual({
      well: 'well',
      picky: 'note',
      gone: 'problem',
      locked: 'problem',
      program: 'well',
      none: 'problem',
      nowhere: 'problem',
      off: 'note',
    });
    expect(about(findings, 'picky')?.message).toContain('X-Tenant');
    expect(about(findings, 'gone')?.message).toContain('ECONNREFUSED');
    expect(about(findings, 'none')?.message).toContain('was not found in the login shell');
    expect(findings.filter(({ state, fix }) => state === 'problem' && fix === undefined)).toEqual([]);
    expect(findings.find(({ check }) => check === 'keychain')?.state).toBe('problem');
    await expect(readFile(started)).rejects.toThrow('ENOENT');
  });

  test('one that never answers costs 5 s, not a minute; its secret is nowhere in the answer', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`;
    await home.writeConfig({ backends: { silent: { type: 'http', url, secretHeaders: ['X-Api-Key'] } } });
    const env = { PATCHBAY_SECRETS: JSON.stringify({ silent: { headers: { 'X-Api-Key': CANARY } } }) };
    const { code, stdout, stderr } = await home.run(['doctor', '--json', '--config', home.config], { env });
    silent.closeAllConnections();
    silent.close();
    expect(code).toBe(1);
    expect(about(JSON.parse(stdout).findings, 'silent')?.message).toContain('within 5 s');
    expect(mentions(stdout + stderr, CANARY)).toBe(false);
  });
});

describe('port', () => {
  test('a gateway that runs is known as ours', async () => {
    await home.writeConfig({});
    await using running = await startScript(
      new URL('../../electron/headless/main.ts', import.meta.url).pathname,
      ['serve', '--json', '--port', '0', '--config', home.config],
      { env: { HOME: home.path } },
    );
    const port = Number(new URL(running.ready.url).port);
    await home.writeConfig({ gateway: { port } });
    const { findings } = await examine();
    expect(about(findings, String(port))).toMatchObject({
      state: 'well',
      message: expect.stringContaining('Patchbay answers'),
    });
  });

  test(verifies(['NET-04'], "somebody else's is told with its holder"), async () => {
    const other = createServer((_request, response) => response.end('{"error":{"data":{"code":"hello"}}}'));
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    await home.writeConfig({ gateway: { port } });
    const { code, findings } = await examine();
    other.close();
    expect(code).toBe(1);
    expect(about(findings, String(port))).toMatchObject({
      state: 'problem',
      message: expect.stringContaining(
        process.platform === 'linux' ? `process ${process.pid}` : 'another program',
      ),
    });
  });
});

describe('configuration', () => {
  test('a file with a mistake: its place, and it is left as it is', async () => {
    await home.writeConfig({ passthroughHeaders: ['Cookie'], gateway: { port: 4998 } });
    const before = await home.readConfig();
    const { code, findings } = await examine();
    expect(code).toBe(1);
    expect(about(findings, 'passthroughHeaders[0]')).toMatchObject({ check: 'config', state: 'problem' });
    expect(await home.readConfig()).toBe(before);
    expect(await home.filesWith('Cookie')).toEqual([home.config]);
  });

  test('nothing at all is no problem: exit code 0, in plain words', async () => {
    const { code, stdout } = await home.run(['doctor'], { env: { XDG_CONFIG_HOME: home.file('empty') } });
    expect(stdout).toMatch(/^ok +clock/m);
    // A gateway of this machine's user may hold the usual port, which is no fault of ours.
    if (!stdout.includes('PROBLEM  port'))
      expect({ code, stdout }).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('No problem found.'),
      });
  });
});
