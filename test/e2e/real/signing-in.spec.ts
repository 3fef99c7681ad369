import type { ServerResponse } from 'node:http';
import { expect, test } from '@playwright/test';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import type { LoggedRequest } from '../../backends/request-log.ts';
import { verifies } from '../../requirements/verifies.ts';
import { browse } from '../../support/browser.ts';
import { type IdentityProvider, startIdentityProvider } from '../../support/identity-provider.ts';
import { createLatch } from '../../support/latch.ts';
import { show } from '../window.ts';
import { oneGateway } from './one-gateway.ts';

const METADATA = '/.well-known/oauth-protected-resource';

let provider: IdentityProvider;
let docs: PlainBackend;
/** The person reads the provider's page for as long as this is closed. */
let reads = createLatch();

const scene = oneGateway(async (stack) => {
  provider = stack.use(await startIdentityProvider());
  docs = stack.use(await startPlainBackend());
  docs.manners.takeOver = guard;
  return {
    config: { backends: { docs: { type: 'http', url: docs.url, auth: { strategy: 'oauth' } } } },
    tokens: ['cursor'],
    openExternal: async (url) => void reads.promise.then(() => browse(url)).catch(() => undefined),
    extras: { opensBrowser: true },
  };
});

test(
  verifies(['AOU-01'], 'a person signs in to a backend, it works, and stops working once signed out'),
  async () => {
    const { window, running } = scene;
    const session = await running.gateway.open({ token: running.gateway.token('cursor') });
    expect((await session.list('tools')).text).not.toContain('docs_echo');
    await show(window, 'backends/docs');
    const panel = window.getByRole('region', { name: 'Sign-in' });
    await expect(panel).toContainText('Signed out');
    await panel.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expect(panel).toContainText('Waiting for your browser');
    reads.open();
    await expect(panel).toContainText('Signed in');
    await expect(panel).toContainText(provider.issuer);
    await expect(async () => expect((await session.list('tools')).text).toContain('docs_echo')).toPass();
    await expect(window.getByRole('link', { name: /^docs/ })).toContainText('ready');
    const bearer = docs.requests.at(-1)?.header('authorization')?.replace('Bearer ', '') ?? '';
    expect(bearer.length).toBeGreaterThan(100);

    await panel.getByRole('button', { name: 'Sign out' }).click();
    await expect(panel).toContainText('Signed out');
    await expect(window.getByRole('link', { name: /^docs/ })).toContainText('needs sign-in');
    const calls = docs.log.of('tools/call').length;
    expect((await session.call('docs_echo', { message: 'x' })).text).toContain('error');
    expect(docs.log.of('tools/call').length).toBe(calls);
    expect(provider.requests).toContain('POST /token/revocation');
    const said = [await window.content(), ...running.told, ...running.gateway.logLines].join('\n');
    expect(said).not.toContain(bearer);
  },
);

test('a sign-in that nobody finishes can be cancelled and begun again', async () => {
  const { window } = scene;
  reads = createLatch();
  const panel = window.getByRole('region', { name: 'Sign-in' });
  await panel.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(panel).toContainText('Waiting for your browser');
  await panel.getByRole('button', { name: 'Cancel' }).click();
  await expect(panel).toContainText('Signed out');
  reads = createLatch();
  await panel.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(panel).toContainText('Waiting for your browser');
  reads.open();
  await expect(panel).toContainText('Signed in');
});

/** Who brings no token is told where to get one (RFC 9728); the rest is answered as always. */
function guard(request: LoggedRequest, response: ServerResponse): boolean {
  const { origin, pathname } = new URL(docs.url);
  if (request.path.startsWith(METADATA)) {
    const metadata = {
      resource: docs.url,
      authorization_servers: [provider.issuer],
      scopes_supported: ['mcp:read'],
    };
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(metadata));
    return true;
  }
  if (request.header('authorization')?.startsWith('Bearer ') === true) return false;
  const challenge = `Bearer resource_metadata="${origin}${METADATA}${pathname}"`;
  response.writeHead(401, { 'WWW-Authenticate': challenge }).end();
  return true;
}
