import { expect, test } from 'vitest';
import type { Handler } from '../../backends/catalog.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { sdkV2Command } from '../../backends/sdk-v2-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { exchange } from '../../support/http-exchange.ts';
import { openModern, PREFIX, sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const HEADERS = Object.entries({
  'Content-Type': 'application/json',
  Accept: 'application/json, text/event-stream',
  'MCP-Protocol-Version': '2026-07-28',
  'Mcp-Method': 'tools/call',
  'Mcp-Name': 'one_echo',
});

type PlainOptions = Parameters<typeof startPlainBackend>[0];

/** The gateway before one backend of the sessions era. */
async function start(options: PlainOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const backend = stack.use(await startPlainBackend(options));
  const config = { backends: { one: { type: 'http', url: backend.url } } };
  const gateway = stack.use(await startTestGateway({ config }));
  const owned = stack.move();
  return { backend, gateway, url: gateway.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('hazard 16: a call arrives without the envelope and its answer says that it is complete', async () => {
  await using started = await start();
  const params = { name: 'one_echo', arguments: { message: 'hello' } };
  const reply = await sendModern(started.url, 'tools/call', params, {
    id: 'mine',
    meta: { traceparent: '00-1' },
  });
  expect(reply).toMatchObject({
    id: 'mine',
    result: { resultType: 'complete', content: [{ text: 'hello' }] },
  });
  const sent = await started.backend.log.waitFor('tools/call');
  expect(sent.rpc?.params._meta).toEqual({ traceparent: '00-1' });
  expect(sent.header('mcp-name')).toBeUndefined();
  expect(sent.header('mcp-protocol-version')).toBe('2025-11-25');
  const hello = await started.backend.log.waitFor('initialize');
  expect(hello.rpc?.params).toMatchObject({ capabilities: {}, clientInfo: { name: 'by-hand' } });
});

test('hazard 04: progress comes under the token as the client wrote it', async () => {
  const call: Handler = ({ params }, { notify }) => {
    const { progressToken } = params._meta as { progressToken: unknown };
    notify('notifications/progress', { progressToken, progress: 1 });
    return { content: [] };
  };
  await using started = await start({
    manners: { answers: 'sse' },
    catalog: { handlers: { 'tools/call': call } },
  });
  const _meta = { [`${PREFIX}protocolVersion`]: '2026-07-28', [`${PREFIX}clientCapabilities`]: {} };
  for (const token of ['9007199254740993', '1.0', '"\\u0041"']) {
    const params = JSON.stringify({ name: 'one_echo', _meta: { ..._meta, progressToken: 'TOKEN' } });
    const body = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":${params.replace('"TOKEN"', token)}}`;
    const reply = await exchange(started.url, { headers: HEADERS, body });
    expect(reply.body.toString()).toContain(`"progressToken":${token},`);
  }
});

test('a read may not be kept; what is not there is told in the words of the revision', async () => {
  await using started = await start();
  const read = await sendModern(started.url, 'resources/read', { uri: 'test://one' });
  expect(read.result).toMatchObject({ resultType: 'complete', ttlMs: 0, cacheScope: 'private' });
  started.backend.catalog.handlers['resources/read'] = () => {
    throw new RpcFailure(-32002, 'Resource not found');
  };
  const missing = await sendModern(started.url, 'resources/read', { uri: 'test://one' });
  expect([missing.status, missing.error?.code]).toEqual([200, -32602]);
});

test('a large answer is complete, too', async () => {
  await using started = await start({
    catalog: { toolHandlers: { big: () => ({ content: [{ type: 'text', text: 'x'.repeat(300_000) }] }) } },
  });
  const { result } = await sendModern(started.url, 'tools/call', { name: 'one_big' });
  expect(result?.resultType).toBe('complete');
  expect(JSON.stringify(result)).toHaveLength(
    300_000 + JSON.stringify({ resultType: 'complete', content: [{ type: 'text', text: '' }] }).length,
  );
});

test.each([
  [{}, 400, -32021],
  [{ elicitation: { form: {} } }, 200, -32603],
])(
  'a backend that asks in mid-call fails the call in words: client with %j',
  async (capabilities, status, code) => {
    await using started = await start({ manners: { answers: 'sse' } });
    const params = { name: 'one_ask', arguments: { question: 'Sure?' } };
    const reply = await sendModern(started.url, 'tools/call', params, { capabilities });
    expect([reply.status, reply.error?.code]).toEqual([status, code]);
    expect(reply.error?.message).toContain('elicitation');
    await started.backend.log.waitFor((request) => request.rpc?.error !== undefined);
  },
);

test('closing the request cancels it at the backend, under the id that the backend knows', async () => {
  await using started = await start();
  const hold = started.backend.hold('tools/call');
  const abort = new AbortController();
  const params = { name: 'one_echo', arguments: { message: 'late' } };
  const call = openModern(started.url, 'tools/call', params, { signal: abort.signal });
  const sent = await hold.reached;
  abort.abort();
  await expect(call).rejects.toThrow();
  const told = await started.backend.log.waitFor('notifications/cancelled');
  expect(JSON.stringify(told.rpc?.params.requestId)).toBe(sent.rpc?.idText);
  hold.release();
});

test('equal ids and progress tokens of two clients never meet at the backend they share', async () => {
  await using started = await start({ manners: { answers: 'sse' } });
  const hold = started.backend.hold('tools/call');
  const params = { name: 'one_progress', arguments: {} };
  const request = { id: 7, meta: { progressToken: 'p' } };
  const calls = [1, 2].map(() => sendModern(started.url, 'tools/call', params, request));
  await until(() => started.backend.log.of('tools/call').length === 2);
  hold.release();
  for (const reply of await Promise.all(calls)) {
    expect(reply.id).toBe(7);
    expect(reply.messages.map((message) => message.params?.progressToken)).toEqual(['p', 'p', 'p']);
  }
  const [one, other] = started.backend.log.of('tools/call');
  expect(one?.rpc?.idText).not.toBe(other?.rpc?.idText);
  expect(one?.rpc?.params._meta).not.toEqual(other?.rpc?.params._meta);
  expect(started.backend.log.of('initialize')).toHaveLength(1);
});

test('log messages come only where the request asks for them, from its level on', async () => {
  await using started = await start({ manners: { answers: 'sse' }, catalog: { toolHandlers: { say } } });
  const levels = async (meta: Record<string, unknown>): Promise<unknown[]> => {
    const { messages } = await sendModern(started.url, 'tools/call', { name: 'one_say' }, { meta });
    return messages.map(({ params }) => params?.level);
  };
  expect(await levels({})).toEqual([]);
  expect(await levels({ [`${PREFIX}logLevel`]: 'warning' })).toEqual(['error']);
  expect(await levels({ [`${PREFIX}logLevel`]: 'debug' })).toEqual(['info', 'error']);
});

const say: NonNullable<NonNullable<NonNullable<PlainOptions>['catalog']>['toolHandlers']>[string] = (
  _args,
  { notify },
) => {
  for (const level of ['info', 'error']) notify('notifications/message', { level, data: level });
  return { content: [] };
};

test.each([
  ['of the sessions era', { ...stdioBackend(), name: 'one_echo' }],
  ['of the modern era', { ...sdkV2Command(), era: 'modern', name: 'one_echo' }],
])('a process %s answers two clients with equal ids', async (_, { name, ...command }) => {
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'stdio', ...command } } },
  });
  const say = (message: string) =>
    sendModern(gateway.url, 'tools/call', { name, arguments: { message } }, { id: 3 });
  await until(
    async () => {
      const { result } = await sendModern(gateway.url, 'tools/list');
      return JSON.stringify(result).includes(name);
    },
    'the tools of the process',
    15_000,
  );
  const replies = await Promise.all([say('a'), say('b')]);
  expect(replies.map(({ id, result }) => [id, result?.resultType, result?.content])).toEqual([
    [3, 'complete', [{ type: 'text', text: 'a' }]],
    [3, 'complete', [{ type: 'text', text: 'b' }]],
  ]);
});

test(
  verifies(['B31', 'B60'], 'two callers share no backend session, even without any captured header'),
  async () => {
    await using backend = await startPlainBackend();
    await using gateway = await startTestGateway({
      tokens: ['ada', 'bob'],
      config: { backends: { one: { type: 'http', url: backend.url } } },
    });
    for (const client of ['ada', 'bob', 'ada']) {
      const headers = [['Authorization', `Bearer ${gateway.token(client)}`]] as const;
      expect((await sendModern(gateway.url, 'tools/list', {}, { headers })).status).toBe(200);
    }
    expect(backend.sessionIds()).toHaveLength(2);
    const sessions = [...gateway.patchbay.gateway.sessions.all()];
    expect(sessions.map(({ era }) => era)).toEqual(['modern', 'modern']);
  },
);
