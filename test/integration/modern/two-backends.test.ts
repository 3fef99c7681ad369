import type { IncomingMessage } from 'node:http';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { expect, test } from 'vitest';
import { COMPLETE, listed, type ModernHandler, startModernBackend } from '../../backends/modern-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { modernMessages, openModern, PREFIX, sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const done = { ...COMPLETE, content: [{ type: 'text', text: 'done' }] };
const QUESTION = {
  method: 'elicitation/create',
  params: { message: 'Sure?', requestedSchema: { type: 'object', properties: {} } },
};

/** The schema of a tool whose argument of this name is to be repeated in a header. */
const marked = (name: string) => ({
  type: 'object',
  properties: { [name]: { type: 'string', 'x-mcp-header': name } },
});

/** Two modern backends, `one` as told and `two` with a resource, behind one gateway. */
async function start(handlers: Record<string, ModernHandler>, passthroughHeaders: readonly string[] = []) {
  await using stack = new AsyncDisposableStack();
  const none = () => listed('resourceTemplates', []);
  const one = stack.use(
    await startModernBackend({
      'tools/list': () => listed('tools', [{ name: 'deploy', inputSchema: marked('Region') }]),
      'tools/call': () => done,
      'resources/list': () => listed('resources', [{ uri: 'one://a', name: 'a' }]),
      'resources/templates/list': none,
      ...handlers,
    }),
  );
  const two = stack.use(
    await startModernBackend({
      'resources/list': () => listed('resources', [{ uri: 'two://a', name: 'a' }]),
      'resources/templates/list': none,
      'resources/read': () => {
        throw new RpcFailure(-32602, 'There is no such resource');
      },
    }),
  );
  const backends = { one: { type: 'http', url: one.url }, two: { type: 'http', url: two.url } };
  const gateway = stack.use(await startTestGateway({ config: { passthroughHeaders, backends } }));
  const owned = stack.move();
  return { one, two, gateway, url: gateway.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test(
  verifies(
    ['TRN-11'],
    'a header for an argument that is not there, and bytes that no header carries, are refused',
  ),
  async () => {
    await using started = await start({
      'tools/list': () =>
        listed('tools', [
          { name: 'deploy', inputSchema: marked('Region') },
          { name: 'é', inputSchema: { type: 'object' } },
        ]),
    });
    const { url } = started;
    const wrong = [
      [{ name: 'one_deploy', arguments: {} }, { 'Mcp-Param-Region': 'eu' }],
      [{ name: 'one_deploy', arguments: { Region: null } }, { 'Mcp-Param-Region': 'null' }],
      [{ name: 'one_é', arguments: {} }, { 'Mcp-Name': 'one_é' }],
    ] as const;
    for (const [params, mirrored] of wrong) {
      const reply = await sendModern(url, 'tools/call', params, { mirrored });
      expect([params, reply.status, reply.error?.code]).toEqual([params, 400, -32020]);
    }
    const name = `=?base64?${Buffer.from('one_é').toString('base64')}?=`;
    const right = [
      [{ name: 'one_deploy', arguments: { Region: null } }, {}],
      [{ name: 'one_é', arguments: {} }, { 'Mcp-Name': name }],
    ] as const;
    for (const [params, mirrored] of right)
      expect((await sendModern(url, 'tools/call', params, { mirrored })).result).toEqual(done);
  },
);

test('hazard 31: what was read with a value of the caller is for nobody else, whatever its backend says', async () => {
  const contents = [{ uri: 'one://a', text: 'a' }];
  const read = () => ({ ...COMPLETE, ttlMs: 60_000, cacheScope: 'public', contents });
  await using started = await start({ 'resources/read': read }, ['X-Tenant']);
  for (const [headers, cacheScope] of [
    [[], 'public'],
    [[['X-Tenant', 'a'] as const], 'private'],
  ] as const) {
    for (const uri of ['one://a', 'one://unlisted']) {
      const { result } = await sendModern(started.url, 'resources/read', { uri }, { headers });
      expect(result).toEqual({ ...COMPLETE, ttlMs: 60_000, cacheScope, contents });
    }
  }
});

test('a resource that no list has may ask its reader, too, as tools and prompts do', async () => {
  const requestState = '{"é":1}\u0000 "x"';
  const read: ModernHandler = ({ params }) =>
    params.inputResponses === undefined
      ? { resultType: 'input_required', inputRequests: { sure: QUESTION }, requestState }
      : { ...COMPLETE, ttlMs: 0, cacheScope: 'private', contents: [] };
  await using started = await start({ 'resources/read': read });
  const { url, one } = started;
  const uri = 'one://unlisted';
  const capabilities = { elicitation: { form: {} } };
  const first = await sendModern(url, 'resources/read', { uri }, { id: 'r1', capabilities });
  expect([first.id, first.result]).toEqual([
    'r1',
    { resultType: 'input_required', inputRequests: { sure: QUESTION }, requestState },
  ]);
  const inputResponses = { sure: { action: 'decline' } };
  const retry = { uri, requestState, inputResponses };
  const second = await sendModern(url, 'resources/read', retry, { id: 'r2', capabilities });
  expect(second.result).toMatchObject({ resultType: 'complete', contents: [] });
  const sent = one.log.of('resources/read').map(({ rpc }) => rpc?.params);
  expect(sent[1]).toMatchObject(retry);
  for (const params of sent)
    expect(params?._meta).toMatchObject({
      [`${PREFIX}clientCapabilities`]: capabilities,
      [`${PREFIX}clientInfo`]: { name: 'by-hand' },
    });
});

/** A tool that wants another header than its list said, until the list is read again. */
function changingTool() {
  let wanted = 'Region';
  const handlers: Record<string, ModernHandler> = {
    'tools/list': () => listed('tools', [{ name: 'deploy', inputSchema: marked(wanted) }], 60_000),
    'tools/call': ({ request }) => {
      if (request.header(`mcp-param-${wanted}`) === undefined) throw new RpcFailure(-32020, 'mismatch');
      return done;
    },
  };
  const change = (): void => {
    wanted = 'Zone';
  };
  return { handlers, change };
}
const call = { name: 'one_deploy', arguments: { Region: 'eu', Zone: 'b' } };

test('a call that a modern backend turns away for its headers is made with those that it wants by now', async () => {
  const { handlers, change } = changingTool();
  await using started = await start(handlers);
  const { url, one } = started;
  const region = { 'Mcp-Param-Region': 'eu' };
  expect((await sendModern(url, 'tools/call', call, { mirrored: region })).result).toEqual(done);
  change();
  expect((await sendModern(url, 'tools/call', call, { mirrored: region, id: 2 })).result).toEqual(done);
  expect(one.log.of('tools/call')).toHaveLength(3);
  // From now on the client hears of it: its old header says too little.
  expect((await sendModern(url, 'tools/call', call, { mirrored: region })).error?.code).toBe(-32020);
  const { result } = await sendModern(url, 'tools/list');
  expect(JSON.stringify(result)).toContain('Zone');
});

test('so it is for a client with a session; what is wrong for good is said once', async () => {
  const { handlers, change } = changingTool();
  await using started = await start(handlers);
  const { url, one } = started;
  await using connected = await connectV1(url);
  const { client } = connected;
  await client.listTools();
  change();
  expect(await client.callTool(call)).toEqual({ content: done.content });
  expect(one.log.of('tools/call')).toHaveLength(2);
  one.handlers['tools/call'] = () => {
    throw new RpcFailure(-32020, 'never right');
  };
  await expect(client.callTool(call)).rejects.toThrow(/never right/);
  expect(one.log.of('tools/call')).toHaveLength(4);
});

test('a question of a call that its client gives up is withdrawn', async () => {
  await using started = await start({
    'tools/call': () => ({ resultType: 'input_required', inputRequests: { sure: QUESTION } }),
  });
  await using connected = await connectV1(started.url, { capabilities: { elicitation: { form: {} } } });
  const { client } = connected;
  const asked = createLatch();
  const withdrawn = createLatch();
  client.setRequestHandler(ElicitRequestSchema, async (_, { signal }) => {
    signal.addEventListener('abort', () => withdrawn.open());
    asked.open();
    await withdrawn.promise;
    return { action: 'cancel' };
  });
  const abort = new AbortController();
  const given = client.callTool(call, undefined, { signal: abort.signal });
  await asked.promise;
  abort.abort();
  await expect(given).rejects.toThrow();
  await withdrawn.promise;
  const [session] = [...started.gateway.patchbay.gateway.sessions.all()];
  const backend = session?.backends.get('one' as never)?.session;
  await until(() => backend !== undefined && session?.serverRequests.waiting(backend) === 0);
});

test('only what a backend agreed to tell of is acknowledged, or granted to a client with a session', async () => {
  await using started = await start({
    'resources/list': () =>
      listed('resources', [
        { uri: 'one://a', name: 'a' },
        { uri: 'one://b', name: 'b' },
      ]),
    'subscriptions/listen': async ({ notify, closed, params }) => {
      const wanted = (params.notifications as { resourceSubscriptions?: string[] }).resourceSubscriptions;
      const notifications = { resourceSubscriptions: wanted?.filter((uri) => uri === 'one://a') };
      notify('notifications/subscriptions/acknowledged', { notifications });
      await closed;
      return COMPLETE;
    },
  });
  const resourceSubscriptions = ['one://b', 'one://a', 'two://a'];
  const abort = new AbortController();
  const next = reader(
    await openModern(
      started.url,
      'subscriptions/listen',
      { notifications: { resourceSubscriptions } },
      { signal: abort.signal },
    ),
  );
  expect((await next())?.params?.notifications).toEqual({ resourceSubscriptions: ['one://a', 'two://a'] });
  abort.abort();
  await using connected = await connectV1(started.url);
  await connected.client.subscribeResource({ uri: 'one://a' });
  await expect(connected.client.subscribeResource({ uri: 'one://b' })).rejects.toThrow(/did not agree/);
});

test('what belongs to a listening stream comes there under its id, wherever a backend with sessions says it', async () => {
  await using backend = await startPlainBackend({
    manners: { answers: 'sse' },
    catalog: {
      toolHandlers: {
        touch: (_, { notify }) => {
          const _meta = { [`${PREFIX}subscriptionId`]: 'forged' };
          notify('notifications/resources/updated', { uri: 'test://one', _meta });
          return { content: [] };
        },
      },
    },
  });
  await using gateway = await startTestGateway({
    config: { backends: { old: { type: 'http', url: backend.url } } },
  });
  const abort = new AbortController();
  const next = reader(
    await openModern(
      gateway.url,
      'subscriptions/listen',
      { notifications: { resourceSubscriptions: ['test://one'] } },
      { id: 'mine', signal: abort.signal },
    ),
  );
  await next();
  const reply = await sendModern(gateway.url, 'tools/call', { name: 'old_touch' });
  expect([reply.messages, reply.result]).toEqual([[], { resultType: 'complete', content: [] }]);
  expect(await next()).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/resources/updated',
    params: { uri: 'test://one', _meta: { [`${PREFIX}subscriptionId`]: 'mine' } },
  });
  abort.abort();
});

test('what a backend of either era says of a call by a method of its own comes on the stream of that call', async () => {
  await using modern = await startModernBackend({
    'tools/list': () => listed('tools', [{ name: 'talk', inputSchema: { type: 'object' } }]),
    'tools/call': ({ notify }) => {
      notify('notifications/vendor', { part: 1 });
      return { ...COMPLETE, content: [] };
    },
  });
  await using old = await startPlainBackend({
    manners: { answers: 'sse' },
    catalog: {
      toolHandlers: {
        talk: (_, { notify }) => {
          notify('notifications/vendor', { part: 1 });
          return { content: [] };
        },
      },
    },
  });
  const backends = { modern: { type: 'http', url: modern.url }, old: { type: 'http', url: old.url } };
  await using gateway = await startTestGateway({ config: { backends } });
  for (const name of ['modern_talk', 'old_talk']) {
    const { messages, result } = await sendModern(gateway.url, 'tools/call', { name });
    expect([name, messages]).toEqual([
      name,
      [{ jsonrpc: '2.0', method: 'notifications/vendor', params: { part: 1 } }],
    ]);
    expect(result).toEqual({ resultType: 'complete', content: [] });
  }
});

/** The next message of a stream. */
function reader(response: IncomingMessage) {
  const messages = modernMessages(response);
  return async () => (await messages.next()).value;
}
