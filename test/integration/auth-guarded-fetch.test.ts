import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { GuardedRequestError } from '../../electron/auth/guarded/guarded-error.ts';
import { createGuardedFetch, type GuardedFetchOptions } from '../../electron/auth/guarded/guarded-fetch.ts';
import { verifies } from '../requirements/verifies.ts';

let server: Server;
let origin: string;
const seen: string[] = [];

const ANSWERS: Readonly<Record<string, RequestListener>> = {
  '/json': (_, response) => response.setHeader('Set-Cookie', 'a=b').end('{"a":1}'),
  '/big': (_, response) => response.end(Buffer.alloc(2_000_000)),
  '/endless': (_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536)));
    };
    response.on('drain', more);
    more();
  },
  '/bomb': (_, response) =>
    response.setHeader('Content-Encoding', 'gzip').end(gzipSync(Buffer.alloc(30_000_000))),
  '/slow': (_, response) => void response.write('{'),
  '/away': (_, response) => response.writeHead(302, { Location: 'http://127.0.0.2:9/json' }).end(),
  '/here': (_, response) => response.writeHead(302, { Location: '/json' }).end(),
  '/round': (_, response) => response.writeHead(302, { Location: '/round' }).end(),
  '/file': (_, response) => response.writeHead(302, { Location: 'file:///etc/passwd' }).end(),
  '/none': (_, response) => response.writeHead(204).end(),
};

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    (ANSWERS[request.url ?? ''] ?? ((_, answer) => answer.writeHead(404).end()))(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

async function ask(
  path: string,
  options: Partial<GuardedFetchOptions> = {},
  init?: RequestInit,
): Promise<unknown> {
  seen.length = 0;
  await using fetch = createGuardedFetch({ reach: 'loopback', ...options });
  try {
    const response = await fetch(path.startsWith('http') ? path : origin + path, init);
    return {
      status: response.status,
      text: await response.text(),
      cookie: response.headers.get('set-cookie'),
    };
  } catch (failure) {
    if (!(failure instanceof GuardedRequestError)) throw failure;
    expect(failure.message).not.toContain('/json');
    return failure.fault;
  }
}

test('an answer within reach arrives, without its cookies', async () => {
  expect(await ask('/json')).toEqual({ status: 200, text: '{"a":1}', cookie: null });
  expect(await ask('/none')).toEqual({ status: 204, text: '', cookie: null });
});

test(
  verifies(['OAU-06', 'HTP-06'], 'an address out of reach is not dialled, as a literal or behind a name'),
  async () => {
    const at = (address: string) => ({ resolve: async () => [{ address, family: 4 as const }] });
    const port = new URL(origin).port;
    expect(await ask('/json', { reach: 'public' })).toBe('address');
    expect(await ask('/json', { reach: 'private' })).toBe('address');
    expect(await ask(`https://public.example:${port}/json`, { reach: 'public', ...at('127.0.0.1') })).toBe(
      'address',
    );
    expect(await ask('https://[::ffff:169.254.169.254]/json', { reach: 'loopback' })).toBe('address');
    expect(await ask('http://169.254.169.254/latest', { reach: 'loopback' })).toBe('address');
    expect(seen).toEqual([]);
  },
);

test(
  verifies(
    ['HTP-06'],
    'a name that answers publicly to a check and privately to the dial is caught at the dial',
  ),
  async () => {
    const answers = ['93.184.216.34', '127.0.0.1'];
    let asked = 0;
    const resolve = async () => [{ address: answers[asked++] ?? '127.0.0.1', family: 4 as const }];
    await resolve();
    expect(
      await ask(`https://rebind.example:${new URL(origin).port}/json`, { reach: 'public', resolve }),
    ).toBe('address');
    expect(asked).toBe(2);
    expect(seen).toEqual([]);
  },
);

test.each([
  ['169.254.169.254', 4],
  ['::ffff:127.0.0.1', 6],
  ['64:ff9b::7f00:1', 6],
  ['2002:7f00:1::', 6],
] as const)(
  verifies(['HTP-06'], 'a public name that is %s when it is dialled is refused'),
  async (address, family) => {
    const resolve = async () => [{ address, family }];
    const port = new URL(origin).port;
    expect(await ask(`https://rebind.example:${port}/json`, { reach: 'public', resolve })).toBe('address');
    expect(seen).toEqual([]);
  },
);

test(verifies(['HTP-06'], 'one address out of reach refuses the whole name'), async () => {
  const resolve = async () =>
    ['127.0.0.1', '169.254.169.254'].map((address) => ({ address, family: 4 as const }));
  expect(await ask(`http://mixed.example:${new URL(origin).port}/json`, { resolve })).toBe('address');
  expect(seen).toEqual([]);
});

test('a name within reach is dialled at the address that was checked', async () => {
  const resolve = async () => [{ address: '127.0.0.1', family: 4 as const }];
  expect(await ask(`http://here.example:${new URL(origin).port}/json`, { resolve })).toMatchObject({
    status: 200,
  });
});

test(verifies(['OAU-06'], 'plain http to a public address is refused'), async () => {
  expect(await ask('http://8.8.8.8/json')).toBe('scheme');
  expect(await ask('http://u:p@127.0.0.1/json')).toBe('scheme');
});

test(verifies(['OAU-06'], 'redirects: same origin is followed, all others and loops are not'), async () => {
  expect(await ask('/here')).toMatchObject({ status: 200 });
  expect(await ask('/away')).toBe('redirect');
  expect(await ask('/file')).toBe('redirect');
  expect(await ask('/round')).toBe('redirect');
  expect(seen.length).toBe(4);
  expect(await ask('/here', {}, { method: 'POST', body: 'code=1' })).toBe('redirect');
  expect(seen).toEqual(['POST /here']);
});

test(verifies(['OAU-10'], 'bodies are cut, also endless and compressed ones'), async () => {
  for (const path of ['/big', '/endless', '/bomb']) expect(await ask(path)).toBe('too-large');
});

test(verifies(['OAU-06'], 'an answer that does not end in time is given up'), async () => {
  expect(await ask('/slow', { maxTime: 200 })).toBe('timeout');
});

test('nobody there is "unreachable"', async () => {
  expect(await ask('http://127.0.0.1:1/')).toBe('unreachable');
});
