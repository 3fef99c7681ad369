import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LegacySseBackend, startLegacySseBackend } from '../../backends/legacy-sse-backend.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

// A resource that no list has is looked for at the backends in turn; the first of them has one stream for all that it says.
let first: LegacySseBackend;
let second: PlainBackend;
let gateway: TestGateway;
const contents = [{ uri: 'x://unlisted', text: 'read' }];
const config = (backends: readonly string[]) => ({
  backends: Object.fromEntries(
    [
      ['first', { type: 'sse', url: first.url }] as const,
      ['second', { type: 'http', url: second.url }] as const,
    ].filter(([name]) => backends.includes(name)),
  ),
});

beforeAll(async () => {
  first = await startLegacySseBackend();
  second = await startPlainBackend();
  second.catalog.handlers['resources/read'] = () => ({ contents });
  gateway = await startTestGateway({ config: config(['first', 'second']) });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await second[Symbol.asyncDispose]();
});

test.each([
  ['logs', 'notifications/message', { level: 'info', data: 'looked' }],
  ['tells of a change', 'notifications/tools/list_changed', {}],
])('hazard 09: a backend that %s while it is only tried binds no reader to it', async (_, method, params) => {
  first.catalog.handlers['resources/read'] = (_message, { notify }) => {
    notify(method, params);
    throw new RpcFailure(-32002, 'There is no such resource');
  };
  const session = await gateway.open();
  await session.list('resources');
  const { message } = await session.request('resources/read', { uri: 'x://unlisted' });
  expect(message.result?.contents).toEqual(contents);
});

test('hazard 09: a resource whose reader was removed is looked for at the others', async () => {
  first.catalog.handlers['resources/read'] = () => ({ contents: [] });
  const session = await gateway.open();
  await session.list('resources');
  const read = async () => (await session.request('resources/read', { uri: 'x://unlisted' })).message;
  expect((await read()).result?.contents).toEqual([]);
  await gateway.rewrite(config(['second']));
  expect((await read()).result?.contents).toEqual(contents);
});
