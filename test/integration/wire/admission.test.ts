import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../../requirements/verifies.ts';
import type { Session } from '../../support/session.ts';
import { startWireGateway, type WireGateway } from '../../support/wire-gateway.ts';
import { type Attempt, INITIALIZE, make } from './attempt.ts';

let gateway: WireGateway;
let session: Session;

beforeAll(async () => {
  gateway = await startWireGateway({ gateway: { allowedOrigins: ['https://app.example'] } });
  session = await gateway.open();
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** No session may have come of a refused request, and the one that there was must live. */
async function nothingHappened(): Promise<void> {
  expect(gateway.patchbay.gateway.sessions.size()).toBe(1);
  expect((await session.request('ping')).message.result).toEqual({});
}

describe('Host', () => {
  const foreign: [string, (port: number) => string, number][] = [
    ['another name on our port', (port) => `evil.example:${port}`, 403],
    ['another name alone', () => 'evil.example', 403],
    ['a name that begins like ours', (port) => `localhost.evil.example:${port}`, 403],
    ['a name that resolves to the loopback', (port) => `127.0.0.1.nip.io:${port}`, 403],
    ['a name that ends like ours', (port) => `evil-localhost:${port}`, 403],
    ['the unspecified address', (port) => `0.0.0.0:${port}`, 403],
    ['another loopback address', (port) => `127.0.0.2:${port}`, 403],
    ['IPv6, on which nobody listens', (port) => `[::1]:${port}`, 403],
    ['our address without the port', () => '127.0.0.1', 403],
    ['our address with another port', (port) => `127.0.0.1:${port + 1}`, 403],
    ['our address written as a number', (port) => `2130706433:${port}`, 403],
    ['a trailing dot', (port) => `localhost.:${port}`, 403],
    ['user info', (port) => `127.0.0.1:${port}@evil.example`, 400],
    ['a list', (port) => `127.0.0.1:${port}, evil.example`, 400],
    ['a path', (port) => `127.0.0.1:${port}/mcp`, 400],
    ['nothing', () => '', 400],
    ['a port that is none', () => '127.0.0.1:port', 400],
  ];
  test.each(foreign)(verifies(['TRN-01', 'B69'], 'refuses %s'), async (_, host, status) => {
    const outcome = await make(gateway, { host: host(gateway.port) });
    expect(outcome).toMatchObject({ status, code: -32600 });
    expect(outcome.text).not.toContain('"id"');
    await nothingHappened();
  });

  test(verifies(['TRN-01'], 'hazard 29: refuses a request without Host and one with two'), async () => {
    expect((await make(gateway, { replace: [['Host', undefined]] })).status).toBe(400);
    const own = `127.0.0.1:${gateway.port}`;
    for (const second of [own, 'evil.example']) {
      expect((await make(gateway, { add: [['Host', second]] })).status).toBe(400);
    }
    await nothingHappened();
  });

  test.each(['localhost', 'LOCALHOST', '127.0.0.1'])(verifies(['TRN-01'], 'accepts %s'), async (name) => {
    expect(await make(gateway, { host: `${name}:${gateway.port}` }, session)).toMatchObject({ status: 200 });
  });
});

describe('Origin and fetch metadata', () => {
  const foreign: [string, (port: number) => string][] = [
    ['another site', () => 'https://evil.example'],
    ['an opaque origin', () => 'null'],
    ['a name that begins like ours', (port) => `http://localhost.evil.example:${port}`],
    ['our authority as user info', (port) => `http://127.0.0.1:${port}@evil.example`],
    ['another local port', (port) => `http://localhost:${port + 1}`],
    ['https on our port', (port) => `https://127.0.0.1:${port}`],
    ['an extension', () => 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
    ['a file', () => 'file://'],
    ['two in one field', (port) => `http://localhost:${port} https://evil.example`],
    ['ours with a slash', (port) => `http://127.0.0.1:${port}/`],
    ['an allowed one in another case', () => 'https://APP.example'],
    ['an allowed one with a port', () => 'https://app.example:8443'],
  ];
  test.each(foreign)(verifies(['TRN-01', 'B69'], 'refuses %s'), async (_, origin) => {
    const value = origin(gateway.port);
    for (const attempt of [{}, { method: 'GET', body: undefined }, { method: 'DELETE', body: undefined }]) {
      const outcome = await make(gateway, { ...attempt, add: [['Origin', value]] }, session);
      expect(outcome).toMatchObject({ status: 403, code: -32600 });
    }
    await nothingHappened();
  });

  test(verifies(['TRN-01'], 'refuses two origins, whichever stands first'), async () => {
    const own = `http://127.0.0.1:${gateway.port}`;
    for (const pair of [
      [own, 'https://evil.example'],
      ['https://evil.example', own],
    ]) {
      const add = pair.map((origin) => ['Origin', origin] as const);
      expect((await make(gateway, { add })).status).toBe(403);
    }
    await nothingHappened();
  });

  test.each(['cross-site', 'same-site', 'CROSS-SITE'])(
    verifies(['TRN-01'], 'refuses what a browser calls %s'),
    async (site) => {
      const add = [['Sec-Fetch-Site', site]] as const;
      expect((await make(gateway, { add })).status).toBe(403);
      const picture: Attempt = {
        method: 'GET',
        body: undefined,
        replace: [['Accept', 'image/*,*/*;q=0.8']],
        add,
      };
      expect((await make(gateway, picture, session)).status).toBe(403);
      await nothingHappened();
    },
  );

  test(verifies(['TRN-01'], 'accepts our own origin, one added by hand, and no origin'), async () => {
    for (const origin of [`http://127.0.0.1:${gateway.port}`, `http://localhost:${gateway.port}`]) {
      expect((await make(gateway, { add: [['Origin', origin]] }, session)).status).toBe(200);
    }
    const added: Attempt = {
      add: [
        ['Origin', 'https://app.example'],
        ['Sec-Fetch-Site', 'cross-site'],
      ],
    };
    expect((await make(gateway, added, session)).status).toBe(200);
  });

  test(
    verifies(['TRN-01'], 'grants a preflight nothing, and says nothing of CORS in any answer'),
    async () => {
      const preflight: Attempt = {
        method: 'OPTIONS',
        body: undefined,
        replace: [['Authorization', undefined]],
        add: [
          ['Origin', 'https://evil.example'],
          ['Access-Control-Request-Method', 'POST'],
          ['Access-Control-Request-Private-Network', 'true'],
        ],
      };
      const own: Attempt = { add: [['Origin', `http://127.0.0.1:${gateway.port}`]] };
      const refused = await make(gateway, preflight);
      expect(refused.status).toBe(403);
      for (const { response } of [refused, await make(gateway, own, session)]) {
        const names = (response?.headers ?? []).map(([name]) => name.toLowerCase());
        expect(names.filter((name) => name.startsWith('access-control'))).toEqual([]);
        expect(response?.header('x-content-type-options')).toBe('nosniff');
        expect(response?.header('cache-control')).toBe('no-store');
      }
    },
  );

  test(verifies(['TRN-07', 'TRN-01'], 'does not lose an Origin behind 1,200 small fields'), async () => {
    const junk = Array.from({ length: 1200 }, () => ['a', ''] as const);
    const outcome = await make(gateway, { add: [...junk, ['Origin', 'https://evil.example']] });
    expect(outcome.status).toBe(431);
    await nothingHappened();
  });
});

describe('what is asked for', () => {
  const types: [string | undefined][] = [
    ['text/plain'],
    ['application/x-www-form-urlencoded'],
    ['multipart/form-data; boundary=x'],
    [undefined],
    [''],
    ['text/plain; application/json'],
    ['application/json-patch+json'],
    ['application/jsonx'],
    ['text/plain, application/json'],
    ['application/json, text/plain'],
    ['application'],
  ];
  test.each(types)(verifies(['TRN-02'], 'refuses a POST of type %s'), async (type) => {
    const replace = [['Content-Type', type]] as const;
    expect(await make(gateway, { replace })).toMatchObject({ status: 415, code: -32600 });
    const call = '{"jsonrpc":"2.0","id":5,"method":"tools/list"}';
    expect((await make(gateway, { replace, body: call }, session)).status).toBe(415);
    await nothingHappened();
  });

  test.each(['application/json; charset=utf-8', 'Application/JSON', 'application/json ;x=y'])(
    verifies(['TRN-02'], 'accepts a POST of type %s'),
    async (type) => {
      expect((await make(gateway, { replace: [['Content-Type', type]] }, session)).status).toBe(200);
    },
  );

  test.each(['application/json', 'text/event-stream', 'text/html', 'application/*', '', undefined])(
    verifies(['TRN-03'], 'refuses a POST that accepts only %s'),
    async (accept) => {
      const outcome = await make(gateway, { replace: [['Accept', accept]] }, session);
      expect(outcome).toMatchObject({ status: 406, code: -32600 });
    },
  );

  test(
    verifies(['TRN-03'], 'takes wildcards, parameters and several Accept lines for what they say'),
    async () => {
      for (const accept of ['*/*', 'application/*, text/*', 'text/event-stream;q=0.1, application/json']) {
        expect((await make(gateway, { replace: [['Accept', accept]] }, session)).status).toBe(200);
      }
      const lines: Attempt = {
        replace: [['Accept', 'application/json']],
        add: [['Accept', 'text/event-stream']],
      };
      expect((await make(gateway, lines, session)).status).toBe(200);
      const stream: Attempt = { method: 'GET', body: undefined, replace: [['Accept', 'application/json']] };
      expect((await make(gateway, stream, session)).status).toBe(406);
    },
  );

  test.each(['PUT', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    verifies(['TRN-03'], 'refuses %s with Allow'),
    async (method) => {
      const outcome = await make(gateway, { method, body: undefined }, session);
      expect(outcome.status).toBe(405);
      expect(outcome.response?.header('allow')).toBe('GET, POST, DELETE');
      await nothingHappened();
    },
  );

  const paths = [
    '/',
    '/nope',
    '/mcp/',
    '/mcp/../mcp',
    '/mcp/../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/mcp;x=1',
    '/MCP',
    '//mcp',
    '/%6dcp',
    '/mcp%2f',
    '/.env',
    '/%00',
    '/..\\..\\x',
    '/admin',
    '/api/config',
    '/.well-known/oauth-protected-resource',
  ];
  test.each(paths)(verifies(['TRN-03'], 'has nothing at %s'), async (target) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const body = method === 'POST' ? INITIALIZE : undefined;
      expect((await make(gateway, { method, target, body }, session)).status).toBe(404);
    }
    await nothingHappened();
  });

  test.each([
    ['http://evil.example/mcp', 400],
    ['http://127.0.0.1/mcp', 400],
    ['*', 400],
    ['mcp', 400],
  ])(verifies(['TRN-01', 'TRN-03'], 'refuses the target %s'), async (target, status) => {
    expect((await make(gateway, { target }, session)).status).toBe(status);
    await nothingHappened();
  });

  test(verifies(['TRN-03'], 'lets neither a header nor the query change the method'), async () => {
    const override: Attempt = {
      target: '/mcp?_method=DELETE',
      add: [
        ['X-HTTP-Method-Override', 'DELETE'],
        ['X-Method-Override', 'DELETE'],
      ],
    };
    expect((await make(gateway, override, session)).status).toBe(200);
    await nothingHappened();
  });
});

test.each(['Content-Type', 'Authorization', 'Mcp-Session-Id', 'MCP-Protocol-Version', 'Last-Event-ID'])(
  verifies(['TRN-01', 'SES-16'], 'refuses a second %s, equal or not'),
  async (name) => {
    const first = name === 'Last-Event-ID' ? 'x-1' : undefined;
    const add =
      first === undefined ? [[name, 'other'] as const] : [[name, first] as const, [name, 'x-2'] as const];
    expect(await make(gateway, { add }, session)).toMatchObject({ status: 400, code: -32600 });
    await nothingHappened();
  },
);
