import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { signInRef } from '../../electron/auth/outgoing/oauth/stored-sign-in.ts';
import { startPlainBackend } from '../backends/plain-http-backend.ts';
import { verifies } from '../requirements/verifies.ts';
import { browse } from '../support/browser.ts';
import { createCliHome } from '../support/cli.ts';
import { startIdentityProvider } from '../support/identity-provider.ts';
import { startScript } from '../support/processes.ts';
import { openSession } from '../support/session.ts';
import { guardWithSignIn } from '../support/sign-in-guard.ts';
import { until } from '../support/until.ts';
import { openStore, startKeyring } from '../support/with-keyring.ts';

// Every run is a process of its own.
vi.setConfig({ testTimeout: 90_000 });

const MAIN = fileURLToPath(new URL('../../electron/headless/main.ts', import.meta.url));

test(
  verifies(
    ['AOU-01', 'SEC-01'],
    'without a window a person signs in on the command line, and a gateway that runs uses it',
  ),
  async () => {
    await using stack = new AsyncDisposableStack();
    const provider = stack.use(await startIdentityProvider());
    const docs = stack.use(await startPlainBackend());
    guardWithSignIn(docs, provider.issuer).scope = 'mcp:read';
    const keyring = stack.use(await startKeyring());
    const { DBUS_SESSION_BUS_ADDRESS = '', XDG_RUNTIME_DIR = '' } = keyring.env;
    const env = { DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR };
    const home = stack.use(await createCliHome(env));
    await home.writeConfig({
      gateway: { auth: { mode: 'anonymous' } },
      backends: {
        docs: { type: 'http', url: docs.url, auth: { strategy: 'oauth' } },
        plain: { type: 'http', url: docs.url },
      },
    });
    const serve = ['serve', '--json', '--port', '0', '--config', home.config];
    const gateway = stack.use(await startScript(MAIN, serve, { env: { HOME: home.path, ...env } }));
    const session = await openSession(gateway.ready.url);
    expect((await session.call('docs_echo', { message: 'a' })).text).toContain('sign-in');

    const command = spawn(process.execPath, [MAIN, 'sign-in', 'docs', '--json', '--config', home.config], {
      env: { PATH: process.env.PATH, HOME: home.path, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    let answer = '';
    command.stderr.on('data', (chunk) => {
      said += String(chunk);
    });
    command.stdout.on('data', (chunk) => {
      answer += String(chunk);
    });
    const ended = once(command, 'close');
    const address = await until(() => /^ {2}(http\S+)$/m.exec(said)?.[1], 'the address', 60_000);
    expect((await browse(address)).status).toBe(200);
    expect((await ended)[0], said).toBe(0);
    expect(JSON.parse(answer)).toEqual({ signedIn: 'docs', issuer: provider.issuer });
    using store = openStore(keyring.env, undefined, { service: 'Patchbay' });
    expect(await store.read(signInRef('docs'))).toMatchObject({ state: 'found' });
    const works = async () =>
      (await session.call('docs_echo', { message: 'again' })).message.result !== undefined;
    await until(works, 'the backend to be used', 20_000);
    const token = docs.requests.at(-1)?.header('authorization')?.slice(7) ?? '';
    expect(token.length).toBeGreaterThan(100);
    expect(said + answer).not.toContain(token);
    expect(await home.filesWith(token)).toEqual([]);

    for (const command of ['sign-in', 'sign-out']) {
      const nobody = await home.patchbay(command, 'plain');
      expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('strategy to oauth') });
    }
    const absent = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
    const unsafe = await home.run(['sign-in', 'docs', '--config', home.config], { env: absent });
    expect(unsafe.code).toBe(1);
    expect(unsafe.stderr).not.toContain('open this');

    const kept = await home.run(['sign-out', 'docs', '--json', '--config', home.config], { env: absent });
    expect(kept).toMatchObject({ code: 1, stdout: '' });
    expect(kept.stderr).toMatch(/still in the keychain.*\[auth\.sign-out-failed\]\n {2}Unlock or start/s);
    expect(provider.requests).not.toContain('POST /token/revocation');
    const left = await home.patchbay('sign-out', 'docs', '--json');
    expect(left, left.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(left.stdout)).toEqual({ signedOut: 'docs', tokens: 'withdrawn' });
    expect(provider.requests).toContain('POST /token/revocation');
    expect(await store.read(signInRef('docs'))).toEqual({ state: 'missing' });
    await until(async () => !(await works()), 'the gateway to stop', 20_000);
    const used = docs.log.of('tools/call').length;
    expect((await session.call('docs_echo', { message: 'late' })).text).toContain('sign-in');
    expect(docs.log.of('tools/call')).toHaveLength(used);
    const nobodyLeft = await home.patchbay('sign-out', 'docs');
    expect(nobodyLeft).toMatchObject({ code: 0, stdout: 'Nobody was signed in to docs.\n' });
    expect((await home.patchbay('sign-out')).code).toBe(2);
  },
);
