import { expect, test } from 'vitest';
import { COMPLETE, listed, startModernBackend } from '../../backends/modern-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { exchange } from '../../support/http-exchange.ts';
import { createLatch } from '../../support/latch.ts';
import { type ModernRequest, openModern, PREFIX, sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const REGION = { type: 'object', properties: { region: { type: 'string', 'x-mcp-header': 'Region' } } };
const done = { ...COMPLETE, content: [{ type: 'text', text: 'done' }] };

/** The gateway before one modern backend with the tool `deploy`. */
async function start(passthroughHeaders: readonly string[] = []) {
  await using stack = new AsyncDisposableStack();
  const backend = stack.use(
    await startModernBackend({
      'tools/list': () => listed('tools', [{ name: 'deploy', inputSchema: REGION }], 60_000, 'public'),
      'tools/call': () => done,
    }),
  );
  const config = { passthroughHeaders, backends: { one: { type: 'http', url: backend.url } } };
  const gateway = stack.use(await startTestGateway({ config }));
  const owned = stack.move();
  return { backend, gateway, url: gateway.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const call = { name: 'one_deploy', arguments: { region: 'eu' } };
const good = { 'Mcp-Param-Region': 'eu' };
const base64 = (text: string): string => `=?base64?${Buffer.from(text).toString('base64')}?=`;

test(
  verifies(['TRN-11'], 'headers that do not repeat the body are refused, base64 forms included'),
  async () => {
    await using started = await start();
    const { url, backend } = started;
    const wrong: Record<string, string | undefined>[] = [
      { 'Mcp-Method': 'tools/list' },
      { 'Mcp-Method': undefined },
      { 'Mcp-Method': base64('tools/list') },
      { 'Mcp-Method': base64('tools/call') },
      { 'Mcp-Name': 'other' },
      { 'Mcp-Name': undefined },
      { 'Mcp-Name': base64('other') },
      { 'Mcp-Name': '=?base64?%%%?=' },
      { 'MCP-Protocol-Version': '2025-11-25' },
      { 'MCP-Protocol-Version': undefined },
      { 'Mcp-Param-Region': 'us' },
      { 'Mcp-Param-Region': base64('us') },
      { 'Mcp-Param-Region': undefined },
    ];
    for (const headers of wrong) {
      const reply = await sendModern(url, 'tools/call', call, { mirrored: { ...good, ...headers } });
      expect([headers, reply.status, reply.error?.code]).toEqual([headers, 400, -32020]);
      expect(reply.id).toBe(1);
    }
    expect(backend.log.of('tools/call')).toEqual([]);
    const encoded = { 'Mcp-Name': base64('one_deploy'), 'Mcp-Param-Region': base64('eu') };
    expect((await sendModern(url, 'tools/call', call, { mirrored: encoded })).result).toEqual(done);
  },
);

test(verifies(['TRN-11'], 'a name that stands in two headers is nobody’s word'), async () => {
  await using started = await start();
  const reply = await sendModern(started.url, 'tools/call', call, {
    mirrored: good,
    headers: [['Mcp-Name', 'one_deploy']],
  });
  expect([reply.status, reply.error?.code]).toEqual([400, -32020]);
});

test(
  verifies(['TRN-12'], 'a renamed tool reaches its backend under its own name in body and headers'),
  async () => {
    await using started = await start();
    const meta = { traceparent: '00-1', 'x/big': 1 };
    const capabilities = { elicitation: { form: {} } };
    const reply = await sendModern(started.url, 'tools/call', call, {
      id: 'a',
      mirrored: good,
      meta,
      capabilities,
    });
    expect(reply.id).toBe('a');
    const sent = await started.backend.log.waitFor('tools/call');
    expect(sent.header('mcp-name')).toBe('deploy');
    expect(sent.header('mcp-param-region')).toBe('eu');
    expect(sent.rpc?.idText).toBe('"a"');
    expect(sent.rpc?.params).toMatchObject({
      name: 'deploy',
      _meta: {
        ...meta,
        [`${PREFIX}clientCapabilities`]: capabilities,
        [`${PREFIX}clientInfo`]: { name: 'by-hand' },
      },
    });
  },
);

test('envelope, version and methods are answered as the revision says', async () => {
  await using started = await start();
  const { url } = started;
  const cases: [string, ModernRequest, number, number][] = [
    ['tools/list', { meta: { [`${PREFIX}clientCapabilities`]: undefined } }, 400, -32602],
    ['tools/list', { meta: { [`${PREFIX}protocolVersion`]: undefined } }, 400, -32602],
    [
      'tools/list',
      {
        meta: { [`${PREFIX}protocolVersion`]: '2030-01-01' },
        mirrored: { 'MCP-Protocol-Version': '2030-01-01' },
      },
      400,
      -32022,
    ],
    ['tools/list', { meta: { [`${PREFIX}logLevel`]: 'loud' } }, 400, -32602],
    ['ping', {}, 404, -32601],
    ['initialize', {}, 404, -32601],
    ['logging/setLevel', {}, 404, -32601],
    ['resources/subscribe', {}, 404, -32601],
    ['nobody/knows', {}, 404, -32601],
  ];
  for (const [method, request, status, code] of cases) {
    const reply = await sendModern(url, method, {}, request);
    expect([method, reply.status, reply.error?.code]).toEqual([method, status, code]);
  }
  for (const method of ['GET', 'DELETE']) {
    const headers = [
      ['MCP-Protocol-Version', '2026-07-28'],
      ['Accept', 'text/event-stream'],
    ] as const;
    expect((await exchange(url, { method, headers })).status).toBe(405);
  }
});

test('server/discover tells what all backends can; no session id leaves', async () => {
  await using started = await start();
  const reply = await sendModern(started.url, 'server/discover');
  expect(reply.status).toBe(200);
  expect(reply.headers['mcp-session-id']).toBeUndefined();
  expect(reply.result).toMatchObject({
    resultType: 'complete',
    supportedVersions: ['2026-07-28'],
    capabilities: { tools: { listChanged: true } },
    ttlMs: 0,
    cacheScope: 'private',
    _meta: { [`${PREFIX}serverInfo`]: { name: 'patchbay' } },
  });
});

test(
  verifies(['B27', 'B30'], 'hazard 31: two values of a captured header share no connection and no list'),
  async () => {
    await using started = await start(['X-Tenant']);
    const { backend, url } = started;
    backend.handlers['tools/list'] = ({ request }) =>
      listed(
        'tools',
        [{ name: `of-${request.header('x-tenant')}`, inputSchema: { type: 'object' } }],
        60_000,
        'public',
      );
    const names = async (tenant: string): Promise<unknown> => {
      const { result } = await sendModern(url, 'tools/list', {}, { headers: [['X-Tenant', tenant]] });
      expect(result).toMatchObject({ ttlMs: expect.any(Number), cacheScope: 'private' });
      expect(result?.ttlMs).toBeGreaterThan(30_000);
      return (result as { tools: { name: string }[] }).tools.map(({ name }) => name);
    };
    expect(await names('a')).toEqual(['one_of-a']);
    expect(await names('b')).toEqual(['one_of-b']);
    expect(await names('a')).toEqual(['one_of-a']);
    const portsOf = (tenant: string): number[] =>
      backend.log.entries.filter((one) => one.header('x-tenant') === tenant).map((one) => one.remotePort);
    expect(portsOf('a').filter((port) => portsOf('b').includes(port))).toEqual([]);
    expect(backend.log.entries.every((one) => one.header('x-tenant') !== undefined)).toBe(true);
  },
);

test('lists combine what their backends say about keeping them', async () => {
  await using short = await startModernBackend({ 'tools/list': () => listed('tools', [], 50_000, 'public') });
  await using long = await startModernBackend({ 'tools/list': () => listed('tools', [], 90_000, 'public') });
  await using legacy = await startPlainBackend();
  const http = (url: string) => ({ type: 'http', url });
  await using gateway = await startTestGateway({
    config: { backends: { a: http(short.url), b: http(long.url) } },
  });
  const { result } = await sendModern(gateway.url, 'tools/list');
  expect(result?.cacheScope).toBe('public');
  expect(result?.ttlMs).toBeLessThanOrEqual(50_000);
  expect(result?.ttlMs).toBeGreaterThan(20_000);
  await using mixed = await startTestGateway({
    config: { backends: { a: http(short.url), b: http(legacy.url) } },
  });
  expect((await sendModern(mixed.url, 'tools/list')).result).toMatchObject({
    ttlMs: 0,
    cacheScope: 'private',
  });
});

test('a request for input is passed on as it is, and so is its retry', async () => {
  await using started = await start();
  const { backend, url } = started;
  const asked = {
    resultType: 'input_required',
    inputRequests: { q: { method: 'roots/list' } },
    requestState: 's',
  };
  backend.handlers['tools/call'] = ({ params }) => (params.requestState === 's' ? done : asked);
  expect((await sendModern(url, 'tools/call', call, { mirrored: good })).result).toEqual(asked);
  const retry = { ...call, requestState: 's', inputResponses: { q: { roots: [] } } };
  expect((await sendModern(url, 'tools/call', retry, { mirrored: good })).result).toEqual(done);
  expect(backend.log.of('tools/call')[1]?.rpc?.params).toMatchObject({
    inputResponses: { q: { roots: [] } },
  });
});

test('a captured header that collides is refused with every collision; no backend hears of it', async () => {
  await using backend = await startModernBackend({ 'tools/list': () => listed('tools', []) });
  await using gateway = await startTestGateway({
    config: {
      passthroughHeaders: ['X-Tenant'],
      backends: { one: { type: 'http', url: backend.url, headers: { 'X-Tenant': 'fixed' } } },
    },
  });
  const reply = await sendModern(gateway.url, 'tools/list', {}, { headers: [['X-Tenant', 'mine']] });
  expect([reply.status, reply.error?.code]).toEqual([400, -32600]);
  expect(reply.error?.message).toContain('X-Tenant');
  expect(backend.log.entries).toEqual([]);
});

test('closing a request closes it at a modern backend, which needs no other word', async () => {
  await using started = await start();
  const { backend, url } = started;
  const closed = createLatch();
  backend.handlers['tools/call'] = async (one) => {
    await one.closed;
    closed.open();
    return done;
  };
  const abort = new AbortController();
  const pending = openModern(url, 'tools/call', call, { mirrored: good, signal: abort.signal });
  await backend.log.waitFor('tools/call');
  abort.abort();
  await expect(pending).rejects.toThrow();
  await closed.promise;
  expect(backend.log.of('notifications/cancelled')).toEqual([]);
});

test('a revoked token ends the scope and what it opened', async () => {
  await using backend = await startPlainBackend();
  const backends = { one: { type: 'http', url: backend.url } };
  await using gateway = await startTestGateway({ tokens: ['ada', 'bob'], config: { backends } });
  const headers = [['Authorization', `Bearer ${gateway.token('ada')}`]] as const;
  expect((await sendModern(gateway.url, 'tools/list', {}, { headers })).status).toBe(200);
  await gateway.rewrite({ backends, gateway: { auth: { mode: 'local', tokens: [] } } });
  expect([...gateway.patchbay.gateway.sessions.all()]).toEqual([]);
  await backend.log.waitFor('DELETE');
  expect((await sendModern(gateway.url, 'tools/list', {}, { headers })).status).toBe(401);
});

test('a list is kept for as long as its backend allows, and no longer', async () => {
  await using started = await start();
  const { backend, url } = started;
  const asked = async (): Promise<number> => {
    await sendModern(url, 'tools/list');
    return backend.log.of('tools/list').length;
  };
  const before = await asked();
  await until(async () => {
    const { result } = await sendModern(url, 'tools/list');
    // What is left of it, since the gateway has had it for a while.
    return Number(result?.ttlMs) < 59_950;
  });
  expect(await asked()).toBe(before);
  backend.handlers['tools/list'] = () => listed('tools', [{ name: 'deploy', inputSchema: REGION }], 0);
  await using other = await startTestGateway({
    config: { backends: { one: { type: 'http', url: backend.url } } },
  });
  const first = await sendModern(other.url, 'tools/list');
  const count = backend.log.of('tools/list').length;
  expect((await sendModern(other.url, 'tools/list')).result).toEqual(first.result);
  expect(backend.log.of('tools/list').length).toBe(count + 1);
});
