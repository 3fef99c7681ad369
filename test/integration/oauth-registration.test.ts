import { once } from 'node:events';
import { createServer } from 'node:net';
import { json } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { verifies } from '../requirements/verifies.ts';
import { startIdentityProvider } from '../support/identity-provider.ts';
import {
  advance,
  backend,
  CALLER,
  count,
  create,
  idp,
  opened,
  pages,
  stored,
  tokenOf,
} from '../support/oauth-world.ts';

const DOCUMENT = 'https://jo.example/patchbay.json';

const clientIds = (): readonly (string | null)[] =>
  opened.map((address) => new URL(address).searchParams.get('client_id'));

/** Answers registrations by hand, from what was asked for. */
function register(answer: (asked: Record<string, unknown>) => Promise<unknown>): void {
  idp.intercept = (request, response) => {
    if (request.url !== '/reg' || request.headers['x-by-hand'] !== undefined) return false;
    json(request)
      .then((asked) => answer(asked as Record<string, unknown>))
      .then((text) =>
        response.writeHead(201, { 'Content-Type': 'application/json' }).end(JSON.stringify(text)),
      )
      .catch((error: unknown) => response.destroy(error as Error));
    return true;
  };
}

test(verifies(['OAU-10'], 'a registration that fits but for its 10 MB is refused'), async () => {
  using auth = create();
  register(async (asked) => ({ ...asked, client_id: 'c', padding: 'x'.repeat(10_000_000) }));
  expect(await auth.signIn()).toMatchObject({ ok: false });
  expect(opened).toEqual([]);
});

test(
  verifies(['OAU-10'], 'a secret that comes with the registration is kept, and used, by nobody else'),
  async () => {
    using auth = create();
    register(async (asked) => {
      const body = JSON.stringify({ ...asked, token_endpoint_auth_method: 'client_secret_post' });
      const headers = { 'Content-Type': 'application/json', 'x-by-hand': 'yes' };
      return await (await fetch(`${idp.issuer}/reg`, { method: 'POST', headers, body })).json();
    });
    expect(await auth.signIn()).toMatchObject({ ok: true });
    const secret = stored()?.client.client_secret ?? '';
    expect(secret.length).toBeGreaterThan(20);
    expect(JSON.stringify([auth.state, opened])).not.toContain(secret);
    // The provider takes no request without it, so the refresh brought it, too.
    advance(300_000);
    expect(tokenOf(await auth.headers(CALLER)).length).toBeGreaterThan(100);
  },
);

test(verifies(['OAU-11'], 'another redirect port is another registration'), async () => {
  using auth = create();
  await auth.signIn();
  await Promise.all(pages);
  const taken = createServer().listen(Number(new URL(stored()?.client.redirect_uri ?? '').port), '127.0.0.1');
  await once(taken, 'listening');
  try {
    expect(await auth.signIn()).toMatchObject({ ok: true });
  } finally {
    taken.close();
  }
  expect(count('POST /reg')).toBe(2);
  expect(new Set(clientIds()).size).toBe(2);
});

test(verifies(['OAU-11'], 'what one issuer gave is never sent to another'), async () => {
  using auth = create();
  await auth.signIn();
  await Promise.all(pages);
  const { client, tokens } = stored() ?? {};
  await using other = await startIdentityProvider();
  const sent: string[] = [];
  other.intercept = (request) => {
    sent.push(`${request.url} ${JSON.stringify(request.headers)}`);
    request.on('data', (chunk) => sent.push(String(chunk)));
    return false;
  };
  backend.metadata = { ...backend.metadata, authorization_servers: [other.issuer] };
  expect(await auth.signIn()).toEqual({ ok: true, value: other.issuer });
  await Promise.all(pages);
  expect(sent.length).toBeGreaterThan(3);
  for (const value of [client?.client_id, tokens?.access_token, tokens?.refresh_token]) {
    expect(value?.length).toBeGreaterThan(5);
    expect(sent.join('\n')).not.toContain(value);
  }
});

test('a client metadata document is named where the server takes one; elsewhere a client is registered', async () => {
  for (const supported of [true, false]) {
    idp.intercept = (request, response) => {
      if (request.url?.includes('.well-known') !== true) return false;
      const metadata = {
        issuer: idp.issuer,
        authorization_endpoint: `${idp.issuer}/auth`,
        token_endpoint: `${idp.issuer}/token`,
        registration_endpoint: `${idp.issuer}/reg`,
        response_types_supported: ['code'],
        code_challenge_methods_supported: ['S256'],
        client_id_metadata_document_supported: supported,
      };
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(metadata));
      return true;
    };
    using auth = create({ clientId: DOCUMENT });
    const signingIn = auth.signIn();
    while (clientIds().length < (supported ? 1 : 2)) await new Promise((resolve) => setImmediate(resolve));
    await auth.cancelSignIn();
    await signingIn;
    if (supported) expect(clientIds()[0]).toBe(DOCUMENT);
    else expect(clientIds()[1]).not.toBe(DOCUMENT);
    expect(count('POST /reg')).toBe(supported ? 0 : 1);
  }
});
