import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { SecretRef } from '../../electron/secrets/secret-store.ts';
import { startPlainBackend } from '../backends/plain-http-backend.ts';
import { verifies } from '../requirements/verifies.ts';
import { type CliHome, createCliHome, mentions } from '../support/cli.ts';
import { connectV1 } from '../support/clients.ts';
import { descendantsOf } from '../support/process-tree.ts';
import { startScript } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { type Keyring, openStore, startKeyring } from '../support/with-keyring.ts';

// Every run is a process of its own, and some tests need ten.
vi.setConfig({ testTimeout: 90_000 });

const CANARY = 'canary "8f2c41" \\ value';
const MAIN = join(import.meta.dirname, '../../electron/headless/main.ts');
const BACKENDS = {
  billing: { type: 'http', url: 'https://billing.example/mcp', secretHeaders: ['X-Api-Key'] },
  wiki: { type: 'http', url: 'https://wiki.example/mcp', auth: { strategy: 'bearer' } },
  files: { type: 'stdio', command: 'files', secretEnv: ['FILES_TOKEN'] },
};

let keyring: Keyring;
let env: Record<string, string>;
let home: CliHome;

beforeAll(async () => {
  keyring = await startKeyring();
  const { DBUS_SESSION_BUS_ADDRESS = '', XDG_RUNTIME_DIR = '' } = keyring.env;
  env = { DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR };
  home = await createCliHome(env);
  await home.writeConfig({ backends: BACKENDS });
});
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await keyring[Symbol.asyncDispose]();
});

const set = (backend: string, name: string, stdin: string, ...more: string[]) =>
  home.run(['secret', 'set', backend, name, '--config', home.config, ...more], { stdin });

async function stored(ref: SecretRef): Promise<string> {
  const store = openStore(keyring.env, undefined, { service: 'Patchbay' });
  const read = await store.read(ref);
  store[Symbol.dispose]();
  return read.state === 'found' ? read.secret.reveal() : read.state;
}

describe('secret set', () => {
  test.each([
    ['header', 'billing', 'X-Api-Key', 'header:x-api-key'],
    ['auth', 'wiki', 'token', 'auth:token'],
    ['env', 'files', 'FILES_TOKEN', 'env:FILES_TOKEN'],
  ] as const)(
    verifies(['SEC-05'], '%s: in the keychain, and nowhere else'),
    async (kind, backend, name, text) => {
      const value = `${CANARY} ${kind}`;
      const { code, stdout, stderr } = await set(backend, text, value);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(await stored({ backend, kind, name })).toBe(value);
      expect(mentions(stdout, CANARY)).toBe(false);
      expect(await home.filesWith(CANARY)).toEqual([]);
    },
  );

  test('a line end behind the value is left out, and that is told', async () => {
    const { code, stderr } = await set('wiki', 'auth:token', 'pasted-token\n');
    expect(code).toBe(0);
    expect(stderr).toContain('line end');
    expect(await stored({ backend: 'wiki', kind: 'auth', name: 'token' })).toBe('pasted-token');
  });

  test(
    verifies(['STA-02'], 'a line break within is refused with its position, without the value'),
    async () => {
      const { code, stdout, stderr } = await set('billing', 'header:X-Api-Key', `a${CANARY}\nb`);
      expect(code).toBe(1);
      expect(stderr).toContain(`position ${CANARY.length + 2}`);
      expect(mentions(stdout + stderr, CANARY)).toBe(false);
    },
  );

  test(verifies(['SEC-03'], 'more than the keychain takes is refused with the limit'), async () => {
    const { code, stderr } = await set('files', 'env:FILES_TOKEN', 'x'.repeat(65_540));
    expect(code).toBe(1);
    expect(stderr).toContain('65536 bytes');
  });

  test(
    verifies(['CRA-03'], 'a name that the config does not list: refused, or listed along with --add'),
    async () => {
      const slip = await set('billing', 'header:X-Api-Kye', 'some-value');
      expect(slip.code).toBe(1);
      expect(slip.stderr).toContain('--add');
      expect(await stored({ backend: 'billing', kind: 'header', name: 'X-Api-Kye' })).toBe('missing');
      const added = await set('billing', 'header:X-Second', 'some-value', '--add', '--json');
      expect(JSON.parse(added.stdout)).toMatchObject({ addedToConfig: true });
      const { backends } = JSON.parse(await home.readConfig());
      expect(backends.billing.secretHeaders).toEqual(['X-Api-Key', 'X-Second']);
      expect(await stored({ backend: 'billing', kind: 'header', name: 'X-Second' })).toBe('some-value');
    },
  );

  test('a name that the config refuses is not kept in the keychain either', async () => {
    const before = await home.readConfig();
    const { code, stderr } = await set('wiki', 'header:Authorization', 'some-value', '--add');
    expect(code).toBe(1);
    expect(stderr).toContain('[header.collision]');
    expect(await home.readConfig()).toBe(before);
    expect(await stored({ backend: 'wiki', kind: 'header', name: 'Authorization' })).toBe('missing');
  });

  test.each([
    ['an unknown backend', 'nobody', 'header:X-Api-Key', '[backend.unknown]'],
    ['a variable of an HTTP backend', 'billing', 'env:TOKEN', 'takes headers'],
    ['a secret that the strategy does not use', 'wiki', 'auth:password', 'auth:token'],
  ])('%s: exit code 1 with the way out', async (_, backend, name, hint) => {
    const { code, stderr } = await set(backend, name, 'some-value', '--add');
    expect(code).toBe(1);
    expect(stderr).toContain(hint);
  });

  test.each([
    ['a value as an argument', ['secret', 'set', 'billing', 'header:X-Api-Key', CANARY]],
    ['a value behind the name', ['secret', 'set', 'billing', `header:X-Api-Key=${CANARY}`]],
    ['another kind', ['secret', 'set', 'billing', `cookie:${CANARY}`]],
  ])('%s: exit code 2, and it is not repeated', async (_, args) => {
    const { code, stdout, stderr } = await home.run(args, { stdin: 'x' });
    expect(code).toBe(2);
    expect(mentions(stdout + stderr, CANARY)).toBe(false);
  });

  test(
    verifies(['SEC-05'], 'on its way it is in no argument and no environment of any process'),
    async () => {
      keyring.freeze();
      const args = [MAIN, 'secret', 'set', 'wiki', 'auth:token', '--config', home.config];
      const child = spawn(process.execPath, args, {
        env: { PATH: process.env.PATH, HOME: home.path, ...env },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.stdin.end(CANARY);
      const look = async () => {
        const found = await descendantsOf(child.pid ?? 0);
        return found.length > 0 && [child.pid ?? 0, ...found];
      };
      const readAll = async (pids: readonly number[]) =>
        await Promise.all(
          pids.flatMap((pid) =>
            ['cmdline', 'environ'].map((what) => readFile(`/proc/${pid}/${what}`, 'latin1')),
          ),
        );
      // Whatever comes of it, the tests behind need a keychain that answers.
      const seen = await until(look, 'the keychain process', 30_000)
        .then(readAll)
        .finally(() => keyring.thaw());
      expect(await ended).toBe(0);
      expect(seen.length).toBeGreaterThanOrEqual(4);
      expect(seen.filter((text) => mentions(text, CANARY))).toEqual([]);
      expect(await stored({ backend: 'wiki', kind: 'auth', name: 'token' })).toBe(CANARY);
    },
  );
});

describe('secret list and delete', () => {
  test('names with their state, never a value; what was deleted is missing', async () => {
    await set('files', 'env:FILES_TOKEN', CANARY);
    const before = await home.patchbay('secret', 'list', '--json');
    expect(before.code).toBe(0);
    expect(JSON.parse(before.stdout).secrets).toContainEqual({
      ...{ backend: 'files', kind: 'env', name: 'FILES_TOKEN', state: 'stored' },
    });
    expect(mentions(before.stdout, CANARY)).toBe(false);
    const gone = await home.run(['secret', 'delete', 'files', 'env:FILES_TOKEN']);
    expect(gone.code).toBe(0);
    expect((await home.patchbay('secret', 'list')).stdout).toContain('files  env:FILES_TOKEN  missing');
    expect((await home.run(['secret', 'delete', 'files', 'env:FILES_TOKEN'])).code).toBe(1);
  });

  test('what comes from the environment is named so, and cannot be set', async () => {
    const secrets = { PATCHBAY_SECRETS: JSON.stringify({ files: { env: { FILES_TOKEN: CANARY } } }) };
    const listed = await home.run(['secret', 'list', '--config', home.config], { env: secrets });
    expect(listed.stdout).toContain('files  env:FILES_TOKEN  environment');
    const args = ['secret', 'set', 'files', 'env:FILES_TOKEN', '--config', home.config];
    const refused = await home.run(args, { env: secrets, stdin: 'other-value' });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('[secret.read-only]');
    expect(mentions(listed.stdout + refused.stdout + refused.stderr, CANARY)).toBe(false);
  });

  test(
    verifies(['SEC-07'], 'delete --all leaves no entry of ours; without --yes it does nothing'),
    async () => {
      await set('billing', 'header:X-Api-Key', 'one-value');
      await set('wiki', 'auth:token', 'w'.repeat(9_000));
      expect((await home.run(['secret', 'delete', '--all'])).code).toBe(2);
      const { code, stdout } = await home.run(['secret', 'delete', '--all', '--yes', '--json']);
      expect(code).toBe(0);
      expect(JSON.parse(stdout).deleted).toBeGreaterThanOrEqual(2);
      const store = openStore(keyring.env, undefined, { service: 'Patchbay' });
      expect(await store.list()).toEqual([]);
      store[Symbol.dispose]();
    },
  );
});

test(verifies(['SEC-01'], 'without a keychain saving is refused, and no file holds the value'), async () => {
  await using lonely = await createCliHome();
  await lonely.writeConfig({ backends: BACKENDS });
  const args = ['secret', 'set', 'billing', 'header:X-Api-Key', '--config', lonely.config];
  const { code, stdout, stderr } = await lonely.run(args, { stdin: CANARY });
  expect(code).toBe(1);
  expect(stderr).toContain('[secret.absent]');
  expect(mentions(stdout + stderr, CANARY)).toBe(false);
  expect(await lonely.filesWith(CANARY)).toEqual([]);
  expect((await lonely.patchbay('secret', 'list')).code).toBe(1);
});

test('a secret of the gateway itself is taken where its settings ask for one, and listed', async () => {
  await using own = await createCliHome(env);
  const oidc = { mode: 'oidc', issuer: 'https://idp.example', audience: 'patchbay' };
  const introspection = { url: 'https://idp.example/introspect', clientId: 'patchbay' };
  const store = (): ReturnType<typeof own.run> =>
    own.run(['secret', 'set', '@gateway', 'auth:introspection', '--config', own.config], { stdin: CANARY });
  await own.writeConfig({ backends: {}, gateway: { auth: oidc } });
  const early = await store();
  expect(early.code).toBe(1);
  expect(early.stderr).toContain('gateway.auth');
  await own.writeConfig({ backends: {}, gateway: { auth: { ...oidc, introspection } } });
  expect((await store()).code).toBe(0);
  expect(await stored({ backend: '@gateway', kind: 'auth', name: 'introspection' })).toBe(CANARY);
  const { stdout } = await own.patchbay('secret', 'list', '--config', own.config);
  expect(stdout).toContain('@gateway  auth:introspection  stored');
});

test(
  verifies(['STA-01'], 'a gateway that runs uses a value within 5 s of its being set, and the next one too'),
  async () => {
    await using backend = await startPlainBackend();
    await using other = await createCliHome(env);
    const backends = { billing: { type: 'http', url: backend.url, secretHeaders: ['X-Rotated'] } };
    await other.writeConfig({ backends, gateway: { auth: { mode: 'anonymous' } } });
    const serve = ['serve', '--json', '--port', '0', '--config', other.config];
    await using gateway = await startScript(MAIN, serve, { env: { HOME: other.path, ...env } });
    await using client = await connectV1(gateway.ready.url);
    expect((await client.client.listTools()).tools).toEqual([]);
    expect(backend.requests).toEqual([]);
    for (const value of ['first-value', 'second-value']) {
      const args = ['secret', 'set', 'billing', 'header:X-Rotated', '--config', other.config];
      expect((await other.run(args, { stdin: value })).code).toBe(0);
      await until(
        () => backend.requests.some((request) => request.header('x-rotated') === value),
        value,
        5_000,
      );
    }
  },
);

describe.runIf(process.platform === 'linux')('at a terminal', () => {
  /** Runs `secret set` in a terminal of its own, types when it asks, and answers what was shown. */
  async function typed(keys: string): Promise<{ code: unknown; shown: string }> {
    const command = `${process.execPath} ${MAIN} secret set billing header:X-Api-Key --config ${home.config}`;
    const child = spawn('script', ['-qefc', command, '/dev/null'], {
      env: { PATH: process.env.PATH, HOME: home.path, TERM: 'dumb', SHELL: '/bin/sh', ...env },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let shown = '';
    child.stdout.on('data', (chunk: Buffer) => {
      const asked = shown.includes('it is not shown');
      shown += chunk.toString();
      if (!asked && shown.includes('it is not shown')) child.stdin.write(keys);
    });
    const code = await new Promise((resolve) => child.once('exit', resolve));
    return { code, shown };
  }
  const stands = () => stored({ backend: 'billing', kind: 'header', name: 'X-Api-Key' });

  test('it is asked for, without echo', async () => {
    const { code, shown } = await typed('typed-4711-value\r');
    expect({ code, shown: shown.includes('typed-4711-value') }).toEqual({ code: 0, shown: false });
    expect(await stands()).toBe('typed-4711-value');
  });

  test('Ctrl-C ends it, and what is stored stays', async () => {
    expect((await typed('typed-0815-value\u0003')).code).toBe(1);
    expect(await stands()).toBe('typed-4711-value');
  });
});
