import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CallAnswer } from '../../../shared/control/contract.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { browse } from '../../support/browser.ts';
import { eventOf, refusal, startTestControl, type TestControl, value } from '../../support/control.ts';
import { type IdentityProvider, startIdentityProvider } from '../../support/identity-provider.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';
import { guardWithSignIn, type SignInGuard } from '../../support/sign-in-guard.ts';
import { until } from '../../support/until.ts';

type Line = CallAnswer<'signIn.cancel'>;

let stack: AsyncDisposableStack;
let provider: IdentityProvider;
let docs: PlainBackend;
let guard: SignInGuard;
/** A host without a browser, as `serve` is. */
let running: TestControl;
const secrets = createMemorySecretStore();

beforeAll(async () => {
  stack = new AsyncDisposableStack();
  provider = stack.use(await startIdentityProvider());
  docs = stack.use(await startPlainBackend());
  guard = guardWithSignIn(docs, provider.issuer);
  guard.scope = 'mcp:read';
  const http = (auth = {}) => ({ type: 'http', url: docs.url, auth: { strategy: 'oauth', ...auth } });
  const pinned = http({ issuer: `${provider.issuer}/unsafe` });
  running = stack.use(
    await startTestControl({ secrets, config: { backends: { docs: http(), other: http(), pinned } } }),
  );
});
afterAll(() => stack.disposeAsync());

const statusOf = async (backend: string) =>
  (await value(running.client.signIn.status({ backend }))).backends[0]?.status;

const told = (backend: string, state: Line['status']['state']) =>
  eventOf(running, 'signIn.changed', (line: Line) => line.backend === backend && line.status.state === state);

test('a host without a browser answers with the address to open, and signs in with what comes back', async () => {
  const { client, gateway } = running;
  expect(await statusOf('docs')).toEqual({ state: 'signed-out' });
  const started = await value(client.signIn.start({ backend: 'docs' }));
  expect(started).toMatchObject({ opened: false, status: { state: 'waiting', address: started.address } });
  // A window that is opened again still shows it.
  expect(await statusOf('docs')).toMatchObject({ state: 'waiting', address: started.address });
  const session = await gateway.open();
  expect((await browse(started.address ?? '')).status).toBe(200);
  await told('docs', 'signed-in');
  expect(await statusOf('docs')).toMatchObject({ state: 'signed-in', issuer: provider.issuer });
  await until(async () => (await session.list('tools')).text.includes('docs_echo'), 'the tools');
});

test('a sign-in begins by asking the backend: only its challenge tells where the metadata lies, and the scope', async () => {
  const asked = docs.requests.find(({ header }) => header('mcp-method') === 'tools/list');
  expect(asked?.header('authorization')).toBeUndefined();
  const { address } = await value(running.client.signIn.start({ backend: 'other' }));
  expect(new URL(address ?? '').origin).toBe(provider.issuer);
  expect(new URL(address ?? '').searchParams.get('scope')).toBe('mcp:read offline_access');
  expect((await value(running.client.signIn.cancel({ backend: 'other' }))).status).toEqual({
    state: 'signed-out',
  });
});

test('a sign-in anew can be cancelled by whoever is signed in, who still is', async () => {
  const { client, gateway } = running;
  const { address } = await value(client.signIn.start({ backend: 'docs' }));
  const back = new URL(address ?? '').searchParams.get('redirect_uri') ?? '';
  expect((await value(client.signIn.cancel({ backend: 'docs' }))).status).toMatchObject({
    state: 'signed-in',
  });
  await expect(fetch(back)).rejects.toThrow();
  const session = await gateway.open();
  await until(async () => (await session.list('tools')).text.includes('docs_echo'), 'the tools');
});

test('what a backend wants beyond the sign-in is shown, and asked for with the next one', async () => {
  const { client, gateway } = running;
  guard.refusal = { status: 403, challenge: 'Bearer error="insufficient_scope", scope="mcp:write"' };
  await gateway.open();
  await until(async () => (await statusOf('docs'))?.state === 'signed-in' && (await wants()) !== undefined);
  expect(await wants()).toBe('mcp:write');
  guard.refusal = undefined;
  const { address } = await value(client.signIn.start({ backend: 'docs' }));
  const scopes = new URL(address ?? '').searchParams.get('scope')?.split(' ');
  expect(scopes).toEqual(expect.arrayContaining(['mcp:read', 'mcp:write']));
  await browse(address ?? '');
  await until(async () => (await statusOf('docs'))?.state === 'signed-in' && (await wants()) === undefined);
});

async function wants(): Promise<string | undefined> {
  const status = await statusOf('docs');
  return status?.state === 'signed-in' ? status.wantsScope : undefined;
}

test(
  verifies(['OAU-01'], 'a refused sign-in is told as failed with the way out, until one succeeds'),
  async () => {
    provider.intercept = (request, response) => {
      if (request.url?.includes('unsafe') !== true) return false;
      const issuer = `${provider.issuer}/unsafe`;
      const metadata = {
        issuer,
        authorization_endpoint: 'javascript:alert(1)',
        token_endpoint: `${issuer}/token`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
      };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(metadata));
      return true;
    };
    const { client } = running;
    const refused = await refusal(client.signIn.start({ backend: 'pinned' }));
    expect(refused).toMatchObject({ code: 'auth.unsafe-address' });
    await told('pinned', 'failed');
    expect(await statusOf('pinned')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('unsafe authorization address'),
      fix: expect.stringContaining('operator'),
    });
    expect(running.defects).toEqual([]);
  },
);

test('a sign-in anew that fails late is told beside the one that still holds, until the next one', async () => {
  const { client, gateway } = running;
  const { address } = await value(client.signIn.start({ backend: 'docs' }));
  provider.intercept = (request, response) => {
    if (request.url !== '/token') return false;
    response.writeHead(400, { 'Content-Type': 'application/json' }).end('{"error":"invalid_grant"}');
    return true;
  };
  await browse(address ?? '');
  await eventOf(running, 'signIn.changed', ({ status }: Line) => newSignIn(status) !== undefined);
  expect(await statusOf('docs')).toMatchObject({
    state: 'signed-in',
    issuer: provider.issuer,
    newSignIn: { reason: expect.stringContaining('invalid_grant'), fix: expect.stringMatching(/./) },
  });
  provider.intercept = () => false;
  const session = await gateway.open();
  await until(async () => (await session.list('tools')).text.includes('docs_echo'), 'the tools');
  const again = await value(client.signIn.start({ backend: 'docs' }));
  await browse(again.address ?? '');
  await until(async () => (await statusOf('docs'))?.state === 'signed-in');
  expect(newSignIn((await statusOf('docs')) as Line['status'])).toBeUndefined();
});

const newSignIn = (status: Line['status']) => (status.state === 'signed-in' ? status.newSignIn : undefined);

test('a keychain that keeps the tokens refuses the sign-out, in words; who was signed in still is', async () => {
  const { client, gateway } = running;
  secrets.setState({ state: 'locked', reason: 'The keychain is locked.' });
  expect(await refusal(client.signIn.signOut({ backend: 'docs' }))).toMatchObject({
    code: 'auth.sign-out-failed',
    message: expect.stringContaining('still in the keychain'),
    fix: expect.stringContaining('Unlock'),
  });
  expect(await statusOf('docs')).toMatchObject({ state: 'signed-in' });
  const session = await gateway.open();
  await until(async () => (await session.list('tools')).text.includes('docs_echo'), 'the tools');
  secrets.setState({ state: 'ready', kind: 'keychain' });
  const { status } = await value(client.signIn.signOut({ backend: 'docs' }));
  expect(status).toEqual({ state: 'signed-out' });
});
