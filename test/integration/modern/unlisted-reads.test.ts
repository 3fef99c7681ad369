import { expect, test } from 'vitest';
import { COMPLETE, listed, type ModernHandler, startModernBackend } from '../../backends/modern-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { sseEvent } from '../../backends/response-writing.ts';
import { errorText, messageText, RpcFailure } from '../../backends/rpc-message.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { openExchange } from '../../support/http-exchange.ts';
import { modernMessages, sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const QUESTION = {
  method: 'elicitation/create',
  params: { message: 'Sure?', requestedSchema: { type: 'object', properties: {} } },
};
const contents = [{ uri: 'x://unlisted', text: 'read' }];
const refuse: ModernHandler = () => {
  throw new RpcFailure(-32602, 'There is no such resource');
};

/** Backends with resources, in this order, of which none lists what is read. */
async function start(reads: readonly ModernHandler[]) {
  await using stack = new AsyncDisposableStack();
  const made = [];
  for (const read of reads)
    made.push(
      stack.use(
        await startModernBackend({
          'resources/list': () => listed('resources', []),
          'resources/templates/list': () => listed('resourceTemplates', []),
          'resources/read': read,
        }),
      ),
    );
  const backends = Object.fromEntries(made.map(({ url }, index) => [`b${index}`, { type: 'http', url }]));
  const gateway = stack.use(await startTestGateway({ config: { backends } }));
  const owned = stack.move();
  return { made, gateway, url: gateway.url, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

test('a resource that no list has asks its reader on the stream of the request, though others come after it', async () => {
  const read: ModernHandler = ({ params }) =>
    params.inputResponses === undefined
      ? { resultType: 'input_required', inputRequests: { sure: QUESTION }, requestState: 's' }
      : { ...COMPLETE, ttlMs: 0, cacheScope: 'private', contents };
  await using started = await start([refuse, read, refuse]);
  const { gateway, made } = started;
  const session = await gateway.open({ capabilities: { elicitation: {} } });
  await session.list('resources');
  const response = await openExchange(gateway.url, {
    headers: [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json, text/event-stream'],
      ['Mcp-Session-Id', session.id ?? ''],
      ['MCP-Protocol-Version', '2025-11-25'],
    ],
    body: JSON.stringify({
      jsonrpc: '2.0',
      id: 7,
      method: 'resources/read',
      params: { uri: 'x://unlisted' },
    }),
  });
  const messages = modernMessages(response);
  const asked = (await messages.next()).value;
  expect(asked).toMatchObject({ method: 'elicitation/create', params: { message: 'Sure?' } });
  await session.respond(asked?.id as string, { action: 'decline' });
  expect((await messages.next()).value).toEqual({ jsonrpc: '2.0', id: 7, result: { contents } });
  expect(made.map(({ log }) => log.of('resources/read').length)).toEqual([1, 2, 0]);
});

test('a read that is tried at several backends is one entry of the activity list: of the one that answered, or the last', async () => {
  const read: ModernHandler = () => ({ ...COMPLETE, ttlMs: 0, cacheScope: 'private', contents });
  await using started = await start([refuse, read, refuse]);
  const { gateway, made } = started;
  const session = await gateway.open();
  await session.list('resources');
  const uri = 'x://unlisted';
  const entries = () =>
    gateway.patchbay.activity.calls().map(({ backend, target, outcome }) => [backend, target, outcome]);
  await session.request('resources/read', { uri });
  expect(entries()).toEqual([['b1', uri, 'ok']]);
  let goOn = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  if (made[1] === undefined) throw new Error('there is no second backend');
  made[1].handlers['resources/read'] = async (call) => {
    await held;
    return refuse(call);
  };
  const tried = made[1].log.of('resources/read').length;
  const pending = session.request('resources/read', { uri });
  await until(() => made[1]?.log.of('resources/read').length === tried + 1);
  // It begins where the resource was read before.
  expect(entries()[1]).toEqual(['b1', uri, 'running']);
  goOn();
  await pending;
  expect(entries().slice(1)).toEqual([['b2', uri, 'error']]);
  expect(gateway.patchbay.activity.calls()[1]?.durationMs).toBeGreaterThan(0);
});

test('what a backend says before it does not know a resource keeps nobody from finding it elsewhere', async () => {
  await using first = await startPlainBackend({
    manners: {
      takeOver({ rpc }, response) {
        if (rpc?.method !== 'resources/read') return false;
        const error = { code: -32002, message: 'not here' };
        const log = { level: 'info', data: 'looking' };
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        response.write('id: 1\nretry: 100\ndata:\n\n');
        response.write(sseEvent(messageText('notifications/message', log)));
        response.end(sseEvent(errorText(rpc.idText ?? '', error)));
        return true;
      },
    },
    catalog: { resources: [], resourceTemplates: [] },
  });
  await using last = await startPlainBackend({ catalog: { resources: [], resourceTemplates: [] } });
  const backends = { a: { type: 'http', url: first.url }, b: { type: 'http', url: last.url } };
  await using gateway = await startTestGateway({ config: { backends } });
  const session = await gateway.open();
  await session.list('resources');
  const { message } = await session.request('resources/read', { uri: 'x://unlisted' });
  expect(message.result.contents[0].text).toBe('text of x://unlisted');
  const modern = await sendModern(gateway.url, 'resources/read', { uri: 'x://unlisted' });
  expect(modern.result).toMatchObject({ resultType: 'complete', contents: [{ uri: 'x://unlisted' }] });
});

test('closing a read closes it at the backend that has it by then; where nobody has it, the last one says so', async () => {
  let closed = false;
  const hang: ModernHandler = async (call) => {
    await call.closed;
    closed = true;
    return COMPLETE;
  };
  await using started = await start([refuse, hang, refuse]);
  const { url, made } = started;
  await sendModern(url, 'resources/list');
  const abort = new AbortController();
  const uri = 'x://unlisted';
  const pending = sendModern(url, 'resources/read', { uri }, { signal: abort.signal });
  await made[1]?.log.waitFor('resources/read');
  abort.abort();
  await expect(pending).rejects.toThrow();
  await until(() => closed);
  expect(made[2]?.log.of('resources/read')).toEqual([]);
  if (made[1] !== undefined) made[1].handlers['resources/read'] = refuse;
  expect((await sendModern(url, 'resources/read', { uri })).error).toMatchObject({
    code: -32602,
    message: 'There is no such resource',
  });
});
