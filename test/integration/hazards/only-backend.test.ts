import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Handler } from '../../backends/catalog.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { textResult } from '../../backends/tool-calls.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';

// The only backend of a gateway, without a prefix: its client hears what it would hear from the server itself.
let backend: PlainBackend;
let gateway: TestGateway;

beforeAll(async () => {
  backend = await startPlainBackend({
    catalog: {
      capabilities: {
        tools: { 'x.example/flag': { a: 1 } },
        prompts: {},
        resources: { subscribe: false },
        tasks: { list: {} },
        'x.example/later': { b: 2 },
      },
    },
  });
  gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: backend.url } }, tools: { prefixFormat: '' } },
  });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
});

const tool = (name: string): string => `{"name":"${name}","inputSchema":{"type":"object"}}`;

/** The names of the tools in a new session, where the backend answers its pages like this. */
async function listedBy(handler: Handler): Promise<string[]> {
  backend.catalog.handlers['tools/list'] = handler;
  const { message } = await (await gateway.open()).list('tools');
  return message.result.tools.map(({ name }: { name: string }) => name);
}

test('hazard 14: capabilities of a later revision are told; subscribing is not promised where nobody can', async () => {
  const session = await gateway.open();
  expect(session.opening.message.result.capabilities).toEqual({
    tools: { listChanged: true, 'x.example/flag': { a: 1 } },
    prompts: { listChanged: true },
    resources: { listChanged: true, subscribe: false },
    tasks: { list: {} },
    'x.example/later': { b: 2 },
  });
});

test(
  verifies(
    ['B72'],
    'hazard 16: what a list says of itself passes as it was written, but in the name of the server',
  ),
  async () => {
    const info = '"io.modelcontextprotocol/serverInfo":{"name":"the gateway itself","version":"1"}';
    backend.catalog.handlers['tools/list'] = () =>
      `{"x.example/n":1.0,"_meta":{${info},"x.example/k":9007199254740993},"tools":[${tool('a')}],"nextCursor":null}`;
    const session = await gateway.open();
    const { text } = await session.list('tools');
    expect(text).toContain(
      `"result":{"tools":[${tool('a')}],"x.example/n":1.0,"_meta":{"x.example/k":9007199254740993}}}`,
    );
  },
);

test('hazard 07: an empty cursor leads on, as any other does', async () => {
  const names = await listedBy(({ params }) =>
    params.cursor === undefined
      ? `{"tools":[${tool('a')}],"nextCursor":""}`
      : `{"tools":[${tool(params.cursor === '' ? 'b' : 'c')}]}`,
  );
  expect(names).toEqual(['a', 'b']);
});

test.each<[string, Handler]>([
  ['begins anew there', () => `{"tools":[${tool('a')}],"nextCursor":""}`],
  [
    'refuses it',
    ({ params }) => {
      if (params.cursor !== undefined) throw new RpcFailure(-32602, 'no such cursor');
      return `{"tools":[${tool('a')}],"nextCursor":""}`;
    },
  ],
])(
  verifies(['HTP-12'], 'hazard 07: a server that means the end by an empty cursor and %s is listed'),
  async (_, handler) => {
    expect(await listedBy(handler)).toEqual(['a']);
    const [part] = [...gateway.patchbay.gateway.sessions.all()].at(-1)?.lists.parts('tools') ?? [];
    expect(part?.slice.warnings).toEqual([]);
  },
);

test('hazard 06: tools that a call brought are listed and called, though their server tells of no change', async () => {
  const names = ['grow'];
  backend.catalog.handlers['tools/list'] = () => `{"tools":[${names.map(tool).join(',')}]}`;
  backend.catalog.toolHandlers.grow = () => {
    names.push('grown', 'overgrown');
    return textResult('grown');
  };
  backend.catalog.toolHandlers.overgrown = () => textResult('here');
  const session = await gateway.open();
  expect((await session.list('tools')).message.result.tools).toHaveLength(1);
  await session.call('grow');
  expect((await session.call('overgrown')).message.result.content[0].text).toBe('here');
  expect((await session.list('tools')).message.result.tools).toHaveLength(3);
});

test(
  verifies(
    ['HTP-18'],
    'hazard 06: a change told on the stream of a call reaches a client that does not listen, at most once a second',
  ),
  async () => {
    backend.manners.answers = 'sse';
    const change = 'notifications/tools/list_changed';
    backend.catalog.toolHandlers.change = (_args, { notify }) => {
      notify(change, {}, 'request');
      return textResult('changed');
    };
    backend.catalog.handlers['tools/list'] = () => `{"tools":[${tool('change')}]}`;
    const session = await gateway.open();
    const heard = async (): Promise<(string | undefined)[]> =>
      (await session.call('change')).messages.map(({ method }) => method);
    expect(await heard()).toEqual([change, undefined]);
    expect(await heard()).toEqual([undefined]);
  },
);

test('hazard 15: tasks are listed as they were written, all on one page', async () => {
  const task = (id: string): string =>
    `{"taskId":"${id}","status":"working","ttl":9007199254740993, "x":1.0}`;
  backend.catalog.handlers['tasks/list'] = ({ params }) =>
    params.cursor === undefined
      ? `{"tasks":[${task('t1')}],"nextCursor":"2","_meta":{"x.example/k":1e2}}`
      : `{"tasks":[${task('t2')}]}`;
  const session = await gateway.open();
  expect((await session.request('tasks/list')).text).toContain(
    `"result":{"tasks":[${task('t1')},${task('t2')}],"_meta":{"x.example/k":1e2}}}`,
  );
  expect((await session.request('tasks/list', { cursor: '2' })).message.error?.code).toBe(-32602);
});

test('hazard 01: an answer counts in every spelling of its id: some clients read 7 and write 7.0', async () => {
  backend.manners.answers = 'sse';
  backend.catalog.handlers['tools/list'] = () => `{"tools":[${tool('ask')}]}`;
  backend.catalog.toolHandlers.ask = async (_args, { ask }) =>
    textResult(JSON.stringify((await ask('roots/list', {})).result));
  const session = await gateway.open({ capabilities: { roots: {} } });
  const { message } = await session.call(
    'ask',
    {},
    {
      signal: AbortSignal.timeout(10_000),
      onMessage: ({ method, id }) => {
        if (method === 'roots/list')
          void session.post(`{"jsonrpc":"2.0","id":${id}.0,"result":{"roots":[]}}`);
      },
    },
  );
  expect(message.result.content[0].text).toBe('{"roots":[]}');
});

test.each([null, ''])(
  'hazard 07: a client that writes out %j for no cursor gets the first page',
  async (cursor) => {
    backend.catalog.handlers['tools/list'] = () => `{"tools":[${tool('a')}]}`;
    const session = await gateway.open();
    expect((await session.request('tools/list', { cursor })).message.result.tools).toHaveLength(1);
    expect((await session.request('tools/list', { cursor: 'x' })).message.error?.code).toBe(-32602);
  },
);

test(
  verifies(['HTP-01'], 'a call of the only backend, which is down, says so, though names have no prefix'),
  async () => {
    await using down = await startTestGateway({
      config: {
        backends: { one: { type: 'http', url: 'http://127.0.0.1:9/mcp' } },
        tools: { prefixFormat: '' },
      },
    });
    const session = await down.open();
    expect((await session.call('anything')).message.error).toMatchObject({
      code: -32000,
      message: expect.stringContaining('one'),
      data: { code: 'backend.unreachable' },
    });
  },
);
