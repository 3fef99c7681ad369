import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createKeychainCaller } from '../../electron/secrets/keychain/keychain-caller.ts';
import { forkKeychainProcess } from '../../electron/secrets/keychain/keychain-child.ts';
import type { KeychainStore } from '../../electron/secrets/keychain/keychain-store.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import type { SecretRef, StoreState } from '../../electron/secrets/secret-store.ts';
import { verifies } from '../requirements/verifies.ts';
import { KEYCHAIN_ENTRY, openStore, startKeyring } from '../support/with-keyring.ts';

const SUPPORT = join(import.meta.dirname, '../support/with-keyring.ts');
const TOKEN: SecretRef = { backend: 'billing', kind: 'auth', name: 'token' };
/** Short limits: the keychain of these tests does not answer on purpose. */
const SHORT = { answer: 1_500, prompt: 60_000, idle: 10_000 };

test(
  verifies(['SEC-02', 'B44'], 'trap 1: a locked keychain that answers "nothing" is locked, not empty'),
  async () => {
    await using first = await startKeyring({ password: 'A' });
    const writer = openStore(first.env);
    await writer.write(TOKEN, new Secret('canary-1'));
    writer[Symbol.dispose]();
    await using locked = await startKeyring({ home: first.home, password: 'B' });
    using store = openStore(locked.env);
    expect(await store.read(TOKEN)).toMatchObject({ state: 'locked' });
    expect(await store.remove(TOKEN)).toMatchObject({ ok: false, state: 'locked' });
    expect(await store.write(TOKEN, new Secret('v'))).toMatchObject({ ok: false, state: 'locked' });
    expect(await store.status()).toMatchObject({ state: 'locked' });
    await expect(store.list()).rejects.toThrow(/locked/);
  },
);

function nextReady(store: KeychainStore): Promise<StoreState> {
  return new Promise((resolve) => store.onStatus((state) => state.state === 'ready' && resolve(state)));
}

test(
  verifies(['SEC-02'], 'trap 2: a keychain that waits fails the call in time and the next at once'),
  async () => {
    await using keyring = await startKeyring();
    using store = openStore(keyring.env, SHORT);
    await store.write(TOKEN, new Secret('canary-2'));
    keyring.freeze();
    const begun = performance.now();
    const answers = await Promise.all([store.read(TOKEN), store.read(TOKEN), store.read(TOKEN)]);
    expect(answers.map((answer) => answer.state)).toEqual(['locked', 'locked', 'locked']);
    expect(performance.now() - begun).toBeLessThan(2_800);
    // By a click: the waiting call is given up.
    keyring.thaw();
    expect(await store.retry()).toMatchObject({ state: 'ready' });
    expect(await store.read(TOKEN)).toMatchObject({ state: 'found' });
  },
);

test(
  verifies(['SEC-02'], 'trap 2: the user answers the prompt late, and the keychain is ready by itself'),
  async () => {
    await using keyring = await startKeyring();
    using store = openStore(keyring.env, SHORT);
    await store.write(TOKEN, new Secret('canary-2'));
    keyring.freeze();
    expect(await store.read(TOKEN)).toMatchObject({ state: 'locked' });
    const ready = nextReady(store);
    keyring.thaw();
    await ready;
    expect(await store.read(TOKEN)).toMatchObject({ state: 'found' });
  },
);

/** A display of our own for the prompt; `undefined` where Xvfb (Debian package xvfb) is not installed. */
async function startDisplay(): Promise<(Disposable & { readonly name: string }) | undefined> {
  if (spawnSync('sh', ['-c', 'command -v Xvfb']).status !== 0) return undefined;
  const server = spawn('Xvfb', ['-displayfd', '1', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [number] = await once(server.stdout, 'data');
  return { name: `:${String(number).trim()}`, [Symbol.dispose]: () => void server.kill() };
}

test(
  verifies(
    ['SEC-02'],
    'trap 2: a real prompt that nobody answers is given up, and calls do not put it up again',
  ),
  async (context) => {
    using display = await startDisplay();
    if (display === undefined) return context.skip('Xvfb is not installed: the real prompt was not tried');
    await using first = await startKeyring({ password: 'A' });
    const writer = openStore(first.env);
    await writer.write(TOKEN, new Secret('canary-5'));
    writer[Symbol.dispose]();
    await using locked = await startKeyring({ home: first.home, password: 'B', display: display.name });
    using store = openStore(locked.env, { answer: 1_500, prompt: 2_500, idle: 10_000 });
    const reason = async (): Promise<string> => {
      const read = await store.read(TOKEN);
      return read.state === 'locked' ? read.reason : read.state;
    };
    expect(await reason()).toContain('waiting');
    while ((await reason()).includes('waiting')) await new Promise((resolve) => setImmediate(resolve));
    expect(await reason()).toContain('not unlocked');
  },
);

test(
  verifies(['SEC-02'], 'trap 3: calls that wait do not keep this process from its files and names'),
  async () => {
    await using keyring = await startKeyring();
    using store = openStore(keyring.env, SHORT);
    await store.status();
    keyring.freeze();
    const waiting = Array.from({ length: 8 }, () => store.read(TOKEN));
    // Had the calls gone to this process' own thread pool, its four threads would be taken now.
    const begun = performance.now();
    await Promise.all(Array.from({ length: 8 }, () => readFile(KEYCHAIN_ENTRY)));
    expect(performance.now() - begun).toBeLessThan(1_000);
    store[Symbol.dispose]();
    expect((await Promise.all(waiting)).every((answer) => answer.state === 'locked')).toBe(true);
  },
);

test(verifies(
  ['SEC-03'],
  'trap 4: a value that breaks the bus connection ends with its own process; the next call works',
), async () => {
  await using keyring = await startKeyring();
  using caller = createKeychainCaller(
    forkKeychainProcess(KEYCHAIN_ENTRY, keyring.env),
    { answer: 50_000, prompt: 60_000, idle: 10_000 },
    () => {},
  );
  const entry = { service: 'patchbay-test', account: 'a' };
  // Past the store's size limit on purpose: 64 MiB breaks the connection of the process that sends it.
  const answer = await caller.call({ operation: 'set', ...entry, value: 'x'.repeat(64 * 1024 * 1024) });
  expect(answer.ok).toBe(false);
  expect(await caller.call({ operation: 'set', ...entry, value: 'v' })).toMatchObject({ ok: true });
  expect(await caller.call({ operation: 'get', ...entry })).toEqual(
    expect.objectContaining({ ok: true, value: 'v' }),
  );
}, 60_000);

test(
  verifies(['SEC-01'], 'no bus and no service are "no safe storage", and nothing is written elsewhere'),
  async () => {
    await using silent = await startKeyring({ service: false });
    const { DBUS_SESSION_BUS_ADDRESS: _, ...noBus } = silent.env;
    for (const env of [silent.env, noBus]) {
      using store = openStore(env);
      expect(await store.status()).toMatchObject({ state: 'absent' });
      expect(await store.write(TOKEN, new Secret('v'))).toMatchObject({ ok: false, state: 'absent' });
      expect(await store.read(TOKEN)).toMatchObject({ state: 'absent' });
    }
  },
);

test(
  verifies(['SEC-02'], 'a keychain that appears or is unlocked later is used without a restart'),
  async () => {
    await using first = await startKeyring({ password: 'A' });
    const writer = openStore(first.env);
    await writer.write(TOKEN, new Secret('canary-3'));
    writer[Symbol.dispose]();
    const env = { ...first.env };
    await using locked = await startKeyring({ home: first.home, password: 'B' });
    Object.assign(env, locked.env);
    using store = openStore(env);
    expect(await store.read(TOKEN)).toMatchObject({ state: 'locked' });
    await using open = await startKeyring({ home: first.home, password: 'A' });
    Object.assign(env, open.env);
    expect(await store.retry()).toMatchObject({ state: 'ready' });
    expect(await store.read(TOKEN)).toMatchObject({ state: 'found' });
  },
);

test(
  verifies(
    ['SEC-02'],
    'the keychain process ends with ours, killed without warning and with a call that hangs',
  ),
  async () => {
    await using keyring = await startKeyring();
    const program = `
    import { openStore } from ${JSON.stringify(SUPPORT)};
    const store = openStore(process.env, ${JSON.stringify(SHORT)});
    await store.status();
    console.log('ready');
    process.stdin.once('data', async () => {
      console.log((await store.read({ backend: 'b', kind: 'auth', name: 'n' })).state);
    });
  `;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: keyring.env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await once(parent.stdout, 'data');
    const [child] = (await readFile(`/proc/${parent.pid}/task/${parent.pid}/children`, 'utf8'))
      .trim()
      .split(' ');
    keyring.freeze();
    parent.stdin.write('go');
    // The call is under way once the daemon's socket has something that it does not read.
    const ended = once(parent, 'exit');
    parent.kill('SIGKILL');
    await ended;
    expect(child).toMatch(/^\d+$/);
    while (isRunning(Number(child))) await new Promise((resolve) => setImmediate(resolve));
  },
);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
