import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { codeNotice, createNotices } from '../../electron/desktop/notices.ts';
import { verifies } from '../requirements/verifies.ts';
import { startIdentityProvider } from '../support/identity-provider.ts';
import { startProtectedBackend } from '../support/protected-backend.ts';
import { until } from '../support/until.ts';
import { startApp } from './app.ts';

const oauthBackend = (url: string) => ({
  backends: { billing: { type: 'http', url, auth: { strategy: 'oauth' } } },
});

test(verifies(['OAU-01'], 'a sign-in opens the browser once, by the one way out of the app'), async () => {
  await using provider = await startIdentityProvider();
  await using backend = await startProtectedBackend(provider.issuer);
  await using app = await startApp({ config: oauthBackend(backend.url) });
  expect((await app.ask('recorded')).opened).toEqual([]);
  expect(await app.call('clients.detect')).toMatchObject({ ok: true });
  const answer = await app.call('signIn.start', { backend: 'billing' });
  expect(answer).toMatchObject({ ok: true, value: { opened: true } });
  const [opened, ...more] = await until(
    async () => {
      const { opened: list } = await app.ask('recorded');
      return list.length > 0 && list;
    },
    'the browser',
    15_000,
  );
  expect(more).toEqual([]);
  const url = new URL(opened ?? '');
  expect(url.origin).toBe(provider.issuer);
  expect(url.searchParams.get('code_challenge_method')).toBe('S256');
  expect((await app.ask('recorded')).dialogs).toEqual([]);
});

const UNSAFE = [
  'file:///etc/passwd',
  'javascript:alert(1)',
  'http://far.example/a',
  '-arg',
  'https://a.example/`id`',
];

test(verifies(['OAU-01'], 'an unsafe authorization address opens nothing and is told'), async () => {
  await using stack = new AsyncDisposableStack();
  const names = UNSAFE.map((_, index) => `backend${index}`);
  const backends: Record<string, unknown> = {};
  for (const [index, address] of UNSAFE.entries()) {
    const server = stack.use(await startMetadata(address));
    const { url } = stack.use(await startProtectedBackend(server.issuer));
    backends[`backend${index}`] = { type: 'http', url, auth: { strategy: 'oauth' } };
  }
  const app = stack.use(await startApp({ config: { backends } }));
  for (const backend of names) {
    // A start answers after a second at the latest; on a busy machine the refusal comes with the next one.
    await until(
      async () => !(await app.call('signIn.start', { backend })).ok,
      `the refusal of ${backend}`,
      10_000,
    );
  }
  expect((await app.ask('recorded')).opened).toEqual([]);
});

test('the code of a consent page is told to the window, without what a client hid in its name', () => {
  const notices = createNotices();
  const heard: unknown[] = [];
  using _ = notices.subscribe((name, payload) => heard.push([name, payload]));
  notices.raise(codeNotice(`Cur\u202Esor${'x'.repeat(200)}`, '123456'));
  expect(heard).toEqual([
    [
      'notices.raised',
      expect.objectContaining({ level: 'warning', message: expect.stringContaining('123456') }),
    ],
  ]);
  expect(JSON.stringify(heard)).toContain('Cur?sor');
  expect(JSON.stringify(heard).length).toBeLessThan(300);
});

/** An authorization server of which there is the metadata only. */
async function startMetadata(authorization_endpoint: string) {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const metadata = {
    issuer,
    authorization_endpoint,
    token_endpoint: `${issuer}/token`,
    registration_endpoint: `${issuer}/register`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  };
  server.on('request', (_request, response) =>
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(metadata)),
  );
  return {
    issuer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
