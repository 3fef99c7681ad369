import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { discoverIssuer } from '../../electron/auth/discover.ts';
import { createFetchFrom } from '../../electron/auth/guarded/fetch-from.ts';
import { verifies } from '../requirements/verifies.ts';

/** Serves the documents, by path; `ORIGIN` in them becomes the server's own. */
async function discover(documents: Readonly<Record<string, object>>, path = '') {
  const server = createServer((request, response) => {
    const document = documents[request.url ?? ''];
    if (document === undefined) response.writeHead(404).end();
    else {
      const text = JSON.stringify(document).replaceAll('ORIGIN', origin);
      response.setHeader('Content-Type', 'application/json').end(text);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await using fetch = createFetchFrom([origin]);
  try {
    const { issuer } = await discoverIssuer(origin + path, fetch);
    return issuer.replace(origin, 'ORIGIN');
  } catch {
    return 'refused';
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const OPENID = '/.well-known/openid-configuration';
const OAUTH = '/.well-known/oauth-authorization-server';

test.each<[string, Record<string, object>, string, string]>([
  ['OpenID discovery', { [OPENID]: { issuer: 'ORIGIN' } }, '', 'ORIGIN'],
  ['RFC 8414 where there is no OpenID document', { [OAUTH]: { issuer: 'ORIGIN' } }, '', 'ORIGIN'],
  ['RFC 8414 with a path', { [`${OAUTH}/tenant`]: { issuer: 'ORIGIN/tenant' } }, '/tenant', 'ORIGIN/tenant'],
  ['another issuer in the document', { [OPENID]: { issuer: 'https://evil.example' } }, '', 'refused'],
  ['another path in the document', { [`${OPENID}`]: { issuer: 'ORIGIN/other' } }, '', 'refused'],
  ['no document', {}, '', 'refused'],
])(verifies(['AIN-03'], 'discovery: %s'), async (_name, documents, path, expected) => {
  expect(await discover(documents, path)).toBe(expected);
});
