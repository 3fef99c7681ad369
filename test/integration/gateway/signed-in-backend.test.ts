import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { browse } from '../../support/browser.ts';
import { startTestControl, value } from '../../support/control.ts';
import { startIdentityProvider } from '../../support/identity-provider.ts';
import { guardWithSignIn } from '../../support/sign-in-guard.ts';
import { until } from '../../support/until.ts';

const TEN_MINUTES = 600_000;
const CALLS = 20;

// Before anything is made, since some parts keep the clock that they find.
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A session with a backend that somebody has signed in to. */
async function startSignedIn() {
  await using stack = new AsyncDisposableStack();
  const provider = stack.use(await startIdentityProvider());
  const docs = stack.use(await startPlainBackend());
  guardWithSignIn(docs, provider.issuer).scope = 'mcp:read';
  const config = { backends: { docs: { type: 'http', url: docs.url, auth: { strategy: 'oauth' } } } };
  const { client, gateway } = stack.use(await startTestControl({ config }));
  const { address = '' } = await value(client.signIn.start({ backend: 'docs' }));
  await browse(address);
  const session = await gateway.open();
  await until(async () => (await session.list('tools')).text.includes('docs_echo'), 'the tools', 15_000);
  const calls = () =>
    Promise.all(
      Array.from({ length: CALLS }, (_, index) => session.call('docs_echo', { message: `${index}` })),
    );
  const owned = stack.move();
  return {
    provider,
    docs,
    client,
    calls,
    /** What calls brought, in order. */
    tokens: () => docs.log.of('tools/call').map((request) => request.header('authorization')),
    asked: () => provider.requests.filter((line) => line === 'POST /token').length,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

test(
  verifies(
    ['AOU-01'],
    'a token that expires in mid-session: refreshed once before the calls that wait, and all bring the new one',
  ),
  async () => {
    await using world = await startSignedIn();
    await world.calls();
    const [before] = world.tokens();
    const asked = world.asked();
    vi.setSystemTime(Date.now() + TEN_MINUTES);
    const replies = await world.calls();
    expect(replies.map(({ message }) => message.result?.content[0].text)).toEqual(
      replies.map((_, index) => `${index}`),
    );
    expect(world.asked() - asked).toBe(1);
    const later = new Set(world.tokens().slice(CALLS));
    expect([later.size, later.has(before), world.tokens().length]).toEqual([1, false, 2 * CALLS]);
  },
);

test(
  verifies(
    ['AOU-02'],
    'a refused refresh: calls get -32000 and the way out, the view asks, and nobody asks on',
  ),
  async () => {
    await using world = await startSignedIn();
    const asked = world.asked();
    world.provider.intercept = (request, response) => {
      if (request.url !== '/token') return false;
      response.writeHead(400, { 'Content-Type': 'application/json' }).end('{"error":"invalid_grant"}');
      return true;
    };
    vi.setSystemTime(Date.now() + TEN_MINUTES);
    for (const { message } of [...(await world.calls()), ...(await world.calls())]) {
      expect(message.error).toMatchObject({
        code: -32000,
        message: expect.stringMatching(/docs.*Sign in to it in Patchbay/),
        data: { code: 'backend.needs-sign-in' },
      });
    }
    expect(world.asked() - asked).toBe(1);
    expect(world.tokens()).toEqual([]);
    const { backends } = await value(world.client.signIn.status({ backend: 'docs' }));
    expect(backends[0]?.status).toMatchObject({ state: 'signed-out', reason: expect.any(String) });
  },
);
