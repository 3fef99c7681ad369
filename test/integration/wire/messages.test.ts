import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { textResult } from '../../backends/tool-calls.ts';
import { verifies } from '../../requirements/verifies.ts';
import type { Session } from '../../support/session.ts';
import { startWireGateway, textOf, type WireGateway } from '../../support/wire-gateway.ts';
import { make, PING } from './attempt.ts';

let backend: PlainBackend;
let gateway: WireGateway;
let session: Session;

beforeAll(async () => {
  backend = await startPlainBackend({
    catalog: {
      toolHandlers: {
        echo: ({ message }) => textResult(String(message)),
        arguments: (_args, { request }) => textResult(request?.body.toString('utf8') ?? ''),
      },
    },
  });
  gateway = await startWireGateway({ backends: { one: { type: 'http', url: backend.url } } });
  session = await gateway.open();
  await session.list('tools');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend.close();
});

const callsAtBackend = (): number => backend.log.of('tools/call').length;
const lists = (id: number): string => `{"jsonrpc":"2.0","id":${id},"method":"tools/list"}`;
const CALL =
  '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"one_echo","arguments":{"message":"m"}}}';

describe('bytes that are no message', () => {
  const around = (...bytes: number[]): Buffer =>
    Buffer.concat([
      Buffer.from('{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"'),
      Buffer.from(bytes),
      Buffer.from('"}}'),
    ]);
  const broken: [string, Buffer | string][] = [
    ['cut JSON', '{"jsonrpc":"2.0","id":1,"method":'],
    ['an empty body', ''],
    ['blanks', ' \r\n\t'],
    ['an invalid UTF-8 byte', around(0xff)],
    ['a cut UTF-8 character', around(0xe2, 0x98)],
    ['overlong UTF-8', around(0xc0, 0xaf)],
    ['a surrogate in UTF-8', around(0xed, 0xa0, 0x80)],
    ['a character beyond Unicode', around(0xf4, 0x90, 0x80, 0x80)],
    ['UTF-16 with a mark', Buffer.from(`\ufeff${PING}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(PING, 'utf16le')],
    ['two messages', `${PING}${lists(2)}`],
    ['two messages on two lines', `${PING}\n${lists(2)}`],
    ['a message and a NUL', `${PING}\0`],
    ['single quotes', PING.replaceAll('"', "'")],
    ['a comment', `/* hello */${PING}`],
    ['a trailing comma', '{"jsonrpc":"2.0","id":1,"method":"ping",}'],
    ['a raw line end in a string', '{"jsonrpc":"2.0","id":1,"method":"pi\nng"}'],
    ['NaN', '{"jsonrpc":"2.0","id":NaN,"method":"ping"}'],
  ];
  test.each(broken)(verifies(['TRN-04'], 'refuses %s'), async (_, body) => {
    const outcome = await make(gateway, { body }, session);
    expect(outcome).toMatchObject({ status: 400, code: -32700 });
    expect(outcome.text).not.toContain('"result"');
    expect((await session.request('ping')).status).toBe(200);
  });

  test.each(['\n', '\r\n', ' \t\n\n'])(
    verifies(['TRN-04'], 'takes blanks around a message: %j'),
    async (blank) => {
      for (const last of ['"method":"ping"', '"id":2', '"params":{}']) {
        const members = ['"jsonrpc":"2.0"', '"id":2', '"method":"ping"', '"params":{}'];
        const ordered = [...members.filter((one) => one !== last), last].join(',');
        expect((await make(gateway, { body: `${blank}{${ordered}}${blank}` }, session)).status).toBe(200);
      }
    },
  );

  test(verifies(['TRN-04'], 'never shifts a byte order mark into the message'), async () => {
    const outcome = await make(gateway, { body: `\ufeff${PING}` }, session);
    expect(outcome).toMatchObject({ status: 400, code: -32700 });
  });
});

describe('batches', () => {
  const many = JSON.stringify(Array.from({ length: 20_000 }, () => ({ jsonrpc: '2.0', method: 'x' })));
  const batches: [string, string][] = [
    ['two requests', `[${PING},${CALL}]`],
    ['one request', `[${CALL}]`],
    ['nothing', '[]'],
    ['a batch in a batch', `[[[${CALL}]]]`],
    ['20,000 notifications', many],
    ['an initialize', '[{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}]'],
  ];
  test.each(batches)(
    verifies(['TRN-05'], 'hazard 26: refuses a batch of %s and runs nothing in it'),
    async (_, body) => {
      const before = callsAtBackend();
      const outcome = await make(gateway, { body }, session);
      expect(outcome).toMatchObject({ status: 400, code: -32600 });
      await session.call('one_echo', { message: 'after' });
      expect(callsAtBackend()).toBe(before + 1);
      expect(gateway.patchbay.gateway.sessions.size()).toBe(1);
    },
  );
});

describe('JSON that is no request', () => {
  const invalid: [string, string][] = [
    ['a number', '7'],
    ['null', 'null'],
    ['a string', '"ping"'],
    ['an object without members', '{}'],
    ['version 1.0', '{"jsonrpc":"1.0","id":3,"method":"ping"}'],
    ['no version', '{"id":3,"method":"ping"}'],
    ['a version that is a number', '{"jsonrpc":2.0,"id":3,"method":"ping"}'],
    ['a method that is a number', '{"jsonrpc":"2.0","id":3,"method":7}'],
    ['no method', '{"jsonrpc":"2.0","id":3}'],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{"a":1},"method":"ping"}'],
    ['an id that is a list', '{"jsonrpc":"2.0","id":[1],"method":"ping"}'],
    ['an id that is true', '{"jsonrpc":"2.0","id":true,"method":"ping"}'],
    ['an id that is a fraction', '{"jsonrpc":"2.0","id":1.5,"method":"ping"}'],
    ['an id of 10 KiB', `{"jsonrpc":"2.0","id":"${'i'.repeat(10_240)}","method":"ping"}`],
    ['a method twice', '{"jsonrpc":"2.0","id":8,"method":"tools/list","method":"ping"}'],
    ['an id twice', '{"jsonrpc":"2.0","id":8,"id":9,"method":"ping"}'],
    ['params twice', '{"jsonrpc":"2.0","id":8,"method":"ping","params":{},"params":{}}'],
    ['a method spelled in two ways', '{"jsonrpc":"2.0","id":8,"method":"tools/list","\\u006dethod":"ping"}'],
    ['a request that is also an answer', '{"jsonrpc":"2.0","id":8,"method":"ping","result":{}}'],
  ];
  test.each(invalid)(verifies(['TRN-04'], 'refuses %s'), async (_, body) => {
    const outcome = await make(gateway, { body }, session);
    expect(outcome).toMatchObject({ status: 400, code: -32600 });
  });

  test.each(['[]', '"x"', '7', 'true', 'null'])(verifies(['TRN-04'], 'refuses params %s'), async (params) => {
    const body = `{"jsonrpc":"2.0","id":3,"method":"ping","params":${params}}`;
    expect(await make(gateway, { body }, session)).toMatchObject({ status: 400, code: -32602 });
  });

  test.each(['no/such', '__proto__', 'constructor', 'toString', '', 'tools/list/../call'])(
    verifies(['TRN-04'], 'does not know the method "%s"'),
    async (method) => {
      await using two = await startWireGateway();
      const empty = await two.open();
      expect((await empty.request(method)).message.error?.code).toBe(-32601);
    },
  );
});

describe('nesting', () => {
  const nested = (levels: number, open: string, close: string): string =>
    `{"jsonrpc":"2.0","id":8,"method":"ping","params":{"x":${open.repeat(levels)}1${close.repeat(levels)}}}`;

  test(verifies(['TRN-10'], 'accepts 256 levels and refuses 257, lists and objects alike'), async () => {
    for (const [open, close] of [
      ['[', ']'],
      ['{"a":', '}'],
    ] as const) {
      const accepted = await make(gateway, { body: nested(254, open, close) }, session);
      expect(accepted.status).toBe(200);
      const refused = await make(gateway, { body: nested(255, open, close) }, session);
      expect(refused).toMatchObject({ status: 400, code: -32700 });
    }
  });

  test(verifies(['TRN-10'], 'refuses a hundred thousand levels as quickly'), async () => {
    const started = performance.now();
    for (const body of [nested(100_000, '[', ']'), nested(100_000, '{"a":', '}'), '['.repeat(1_000_000)]) {
      expect(await make(gateway, { body }, session)).toMatchObject({ status: 400, code: -32700 });
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  test(verifies(['TRN-10'], 'runs no tool whose arguments are nested too deep'), async () => {
    const before = callsAtBackend();
    const deep = `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`;
    const body = CALL.replace('{"message":"m"}', deep);
    expect(await make(gateway, { body }, session)).toMatchObject({ status: 400, code: -32700 });
    await session.call('one_echo', { message: 'after' });
    expect(callsAtBackend()).toBe(before + 1);
  });

  test(verifies(['TRN-10'], 'does not count brackets inside of strings'), async () => {
    const body = `{"jsonrpc":"2.0","id":8,"method":"ping","params":{"x":"${'[{\\"'.repeat(2_000)}"}}`;
    expect((await make(gateway, { body }, session)).status).toBe(200);
  });
});

describe('values on their way through', () => {
  const ids = ['""', '"0"', '"1e3"', '"ünï☃"', '"__proto__"', '"\\u2028\\"\\\\"', '0', '-1', '2147483648'];
  test.each([
    ...ids,
    '9007199254740991',
    '9007199254740993',
    '123456789012345678901',
    `"${'a'.repeat(300)}"`,
  ])(verifies(['SES-04'], 'gives the id %s back as it was written'), async (id) => {
    const outcome = await make(gateway, { body: `{"jsonrpc":"2.0","id":${id},"method":"ping"}` }, session);
    expect(outcome.text).toBe(`{"jsonrpc":"2.0","id":${id},"result":{}}`);
  });

  const texts = [
    'a\u2028b\u2029c',
    'nul \u0000 end',
    '\u{1F9EA} \u202E rtl',
    'cr\r\nlf\ndata: x\n\nevent: y',
    '\\u0041 "q"',
  ];
  test.each(texts.flatMap((text) => (['json', 'sse'] as const).map((answers) => [text, answers] as const)))(
    verifies(['TRN-15'], 'relays %j unchanged when the backend answers by %s'),
    async (text, answers) => {
      backend.manners.answers = answers;
      const reply = await session.call('one_echo', { message: text });
      expect(textOf(reply)).toBe(text);
      expect(reply.messages).toHaveLength(1);
    },
  );

  test(verifies(['TRN-15'], 'relays numbers, odd keys and lone surrogates byte for byte'), async () => {
    backend.manners.answers = 'json';
    const odd =
      '{"big":12345678901234567890.10e-2,"zero":-0,"far":1e400,"__proto__":{"a":1},"constructor":{"prototype":{}},"lone":"\\ud800"}';
    const body = `{"jsonrpc":"2.0", "id" : 77,"method":"tools/call","params":{"arguments":${odd}, "name":"one_arguments"}}`;
    const outcome = await make(gateway, { body }, session);
    const answer = JSON.parse(outcome.text) as { result: { content: { text: string }[] } };
    expect(answer.result.content[0]?.text).toBe(body.replace('one_arguments', 'arguments'));
    expect(({} as { a?: number }).a).toBeUndefined();
  });

  test(
    verifies(['HTP-15'], 'finds no tool, prompt or resource under a name of the prototype chain'),
    async () => {
      const before = callsAtBackend();
      for (const name of [
        '__proto__',
        'constructor',
        'toString',
        '',
        'no-such',
        'a\0b',
        '\r\nX: y',
        'x'.repeat(100_000),
      ]) {
        expect((await session.call(name)).message.error?.code).toBe(-32602);
        expect((await session.request('prompts/get', { name })).message.error?.code).toBe(-32602);
      }
      expect(callsAtBackend()).toBe(before);
    },
  );

  test(verifies(['HTP-15'], 'refuses a tool call that names two tools'), async () => {
    const before = callsAtBackend();
    const body =
      '{"jsonrpc":"2.0","id":8,"method":"tools/call","params":{"name":"one_echo","arguments":{"message":"m"},"name":"no"}}';
    expect((await make(gateway, { body }, session)).code).toBe(-32602);
    expect(callsAtBackend()).toBe(before);
  });

  test(verifies(['TRN-04'], 'reads 200,000 members in well under a second'), async () => {
    const members = Array.from({ length: 200_000 }, (_, index) => `"k${index}":0`).join(',');
    const started = performance.now();
    const body = `{"jsonrpc":"2.0","id":8,"method":"ping","params":{${members}}}`;
    expect((await make(gateway, { body }, session)).status).toBe(200);
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});

describe('notifications and answers that nobody waits for', () => {
  const silent = [
    '{"jsonrpc":"2.0","method":"notifications/no-such"}',
    '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":"never"}}',
    '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":{},"progress":1}}',
    '{"jsonrpc":"2.0","id":4242,"result":{}}',
    '{"jsonrpc":"2.0","id":"__proto__","result":{}}',
    '{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":"x"}}',
  ];
  test.each(silent)(verifies(['HTP-16'], 'takes %s and says nothing'), async (body) => {
    expect(await make(gateway, { body }, session)).toMatchObject({ status: 202, text: '' });
    expect(backend.log.of('response')).toEqual([]);
  });

  test(verifies(['TRN-03'], 'answers garbage cursors and log levels with -32602'), async () => {
    expect((await session.request('tools/list', { cursor: '\0no' })).message.error?.code).toBe(-32602);
    expect((await session.request('tools/list', { cursor: 7 })).message.error?.code).toBe(-32602);
    expect((await session.request('logging/setLevel', { level: 'loud' })).message.error?.code).toBe(-32602);
  });
});

describe('protocol versions', () => {
  const unknown = [
    '1999-01-01',
    'latest',
    '../..',
    '2025-06-18; x',
    '9'.repeat(500),
    '2025-06-18, 2025-03-26',
    '2026-07-29',
  ];
  test.each(unknown)(verifies(['TRN-13'], 'refuses requests of version %s'), async (version) => {
    const outcome = await make(gateway, { replace: [['MCP-Protocol-Version', version]] }, session);
    expect(outcome).toMatchObject({ status: 400, code: -32600 });
  });

  test(verifies(['TRN-13'], 'takes every legacy version, and none as the oldest'), async () => {
    for (const version of ['2024-11-05', '2025-03-26', '2025-06-18', '2025-11-25', undefined]) {
      const outcome = await make(gateway, { replace: [['MCP-Protocol-Version', version]] }, session);
      expect(outcome.status).toBe(200);
    }
  });

  const initialize = (version: unknown): string =>
    JSON.stringify({
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: version, capabilities: {}, clientInfo: { name: 'v', version: '1' } },
    });

  test.each(['1999-01-01', '2099-12-31', '', 'x'.repeat(2_000)])(
    verifies(['TRN-13'], 'negotiates when initialize asks for "%s"'),
    async (version) => {
      const outcome = await make(gateway, { body: initialize(version) });
      const answer = JSON.parse(outcome.text) as { result: { protocolVersion: string } };
      expect(answer.result.protocolVersion).toBe('2025-11-25');
    },
  );

  test.each([[5], [null], [{}], [[]], [undefined]])(
    verifies(['TRN-13', 'SES-01'], 'refuses initialize with version %j and leaves no session'),
    async (version) => {
      const before = gateway.patchbay.gateway.sessions.size();
      const outcome = await make(gateway, { body: initialize(version) });
      expect(outcome).toMatchObject({ status: 400, code: -32602 });
      expect(outcome.response?.header('mcp-session-id')).toBeUndefined();
      expect(gateway.patchbay.gateway.sessions.size()).toBe(before);
    },
  );
});
