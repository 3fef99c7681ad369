import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Lie, lies } from '../../backends/lies.ts';
import { type LyingBackend, startLyingBackend } from '../../backends/lying-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { answerText, messageText } from '../../backends/rpc-message.ts';
import { textResult } from '../../backends/tool-calls.ts';
import { verifies } from '../../requirements/verifies.ts';
import type { Session } from '../../support/session.ts';
import { startWireGateway, textOf, type WireGateway } from '../../support/wire-gateway.ts';
import { backendOf } from './backend-states.ts';

let backend: LyingBackend;
let gateway: WireGateway;
let session: Session;

beforeAll(async () => {
  backend = await startLyingBackend();
  gateway = await startWireGateway({ backends: { one: { type: 'http', url: backend.url } } });
  session = await gateway.open();
  await session.list('tools');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend.close();
});
beforeEach(() => backend.confess());

describe('a faulty answer to a call', () => {
  const faulty: [keyof typeof lies, number][] = [
    ['wrongId', -32603],
    ['idOfOtherType', -32603],
    ['nullId', -32603],
    ['resultAndError', -32603],
    ['neitherResultNorError', -32603],
    ['duplicateKeys', -32603],
    ['batch', -32603],
    ['notJson', -32603],
    ['cutJson', -32603],
    ['emptyBody', -32603],
    ['wrongContentType', -32603],
    ['noContentType', -32603],
    ['accepted', -32603],
    ['headerSectionOf40KiB', -32603],
    ['notHttp', -32603],
    ['noAnswer', -32000],
    ['halfClosed', -32000],
    ['reset', -32000],
  ];
  test.each(faulty)(verifies(['HTP-04'], '%s: one error, %s, and the next call works'), async (lie, code) => {
    backend.lie('tools/call', lies[lie]);
    const reply = await session.call('one_echo', { message: 'm' });
    expect(reply.status).toBe(200);
    expect(reply.messages).toHaveLength(1);
    expect(reply.message.error).toMatchObject({ code, message: expect.stringMatching(/^one /) });
    expect(reply.text).not.toMatch(/never-asked|html|SSH-2/);
    backend.confess();
    expect(textOf(await session.call('one_echo', { message: 'm' }))).toBe('m');
  });

  const forgiven: [keyof typeof lies, string][] = [
    ['twoAnswers', '{"first":true}'],
    ['strangerFirst', '{}'],
    ['notJsonEvent', '{"after":"garbage"}'],
    ['requestWithSameId', '{}'],
    ['earlyHints', '{"content":[]}'],
    ['cutInTheMiddle', '{"content":[]}'],
  ];
  test.each(forgiven)(
    verifies(['HTP-04'], '%s: the right answer alone is passed on'),
    async (lie, result) => {
      backend.lie('tools/call', lies[lie]);
      const reply = await session.call('one_echo', { message: 'm' });
      expect(reply.messages).toHaveLength(1);
      expect(reply.text.endsWith(`"result":${result}}`)).toBe(true);
    },
  );

  test(verifies(['HTP-04'], 'what is dropped is counted'), async () => {
    const before = backendOf(gateway, 'one').notes.dropped;
    for (const lie of ['twoAnswers', 'strangerFirst', 'notJsonEvent'] as const) {
      backend.lie('tools/call', lies[lie]);
      await session.call('one_echo', {});
    }
    expect(backendOf(gateway, 'one').notes.dropped).toBe(before + 3);
  });

  test(
    verifies(['HTP-04', 'SES-04'], 'an answer to another call under way reaches neither wrongly'),
    async () => {
      const swapped: Lie = (response, { rpc }) => {
        const other = rpc?.idText === '901' ? '902' : '901';
        const headers = { 'content-type': 'application/json' };
        response.writeHead(200, headers).end(answerText(other, { content: [] }));
      };
      backend.lie('tools/call', swapped);
      const call = (id: number) =>
        session.post(messageText('tools/call', { name: 'one_echo', arguments: {} }, id));
      for (const reply of await Promise.all([call(901), call(902)])) {
        expect(reply.message.error?.code).toBe(-32603);
      }
    },
  );

  test(
    verifies(['HTP-04'], 'so is one without an id, which the transport allows; other errors are not'),
    async () => {
      const refusal = '"error":{"code":-32050,"message":"slow down","data":{"n":1.0}}}';
      backend.lie(
        'tools/call',
        (response) => void response.writeHead(429).end(` {"jsonrpc":"2.0",${refusal}`),
      );
      const { text, message } = await session.call('one_echo', {});
      expect(text).toBe(` {"id":${message.id},"jsonrpc":"2.0",${refusal}`);
      backend.lie('tools/call', (response) => {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(`{"jsonrpc":"2.0","id":null,${refusal}`);
      });
      const nameless = await session.call('one_echo', {});
      expect(nameless.text).toBe(`{"jsonrpc":"2.0","id":${nameless.message.id},${refusal}`);
      backend.lie('tools/call', (response) => void response.writeHead(400).end(`{${refusal}`));
      expect((await session.call('one_echo', {})).message.error?.message).toBe('one answered with HTTP 400');
    },
  );

  test(verifies(['HTP-04'], 'an HTTP error that carries a JSON-RPC error is relayed as that'), async () => {
    backend.lie('tools/call', (response, { rpc }) => {
      const text = `{"jsonrpc":"2.0","id":${rpc?.idText},"error":{"code":-32050,"message":"theirs"}}`;
      response.writeHead(400, { 'content-type': 'application/json' }).end(text);
    });
    const reply = await session.call('one_echo', {});
    expect(reply.status).toBe(200);
    expect(reply.message.error).toEqual({ code: -32050, message: 'theirs' });
    backend.lie('tools/call', (response) => void response.writeHead(500).end('<h1>stack trace</h1>'));
    const plain = await session.call('one_echo', {});
    expect(plain.message.error).toMatchObject({ code: -32603, message: 'one answered with HTTP 500' });
  });
});

describe('what a backend says in headers', () => {
  test(
    verifies(['HTP-20'], 'hazard 28: never reaches the client: cookies, locations, challenges, grants'),
    async () => {
      backend.manners.extraHeaders = {
        'set-cookie': ['a=1', 'b=2'],
        'clear-site-data': '"*"',
        location: 'https://evil.example/',
        'www-authenticate': 'Bearer realm="evil"',
        'access-control-allow-origin': '*',
        server: 'theirs',
        'x-theirs': '1',
      };
      try {
        const replies = [await session.call('one_echo', { message: 'm' })];
        backend.manners.answers = 'sse';
        replies.push(await session.call('one_progress', {}));
        replies.push((await gateway.open()).opening);
        await using stream = await session.stream();
        expect(stream.status).toBe(200);
        const own = new Set([
          'cache-control',
          'connection',
          'content-length',
          'content-type',
          'date',
          'mcp-session-id',
          'transfer-encoding',
          'x-accel-buffering',
          'x-content-type-options',
        ]);
        for (const { headers } of replies) {
          expect(Object.keys(headers).filter((name) => !own.has(name))).toEqual([]);
          expect(backend.sessionIds()).not.toContain(headers['mcp-session-id']);
        }
      } finally {
        backend.manners.extraHeaders = {};
        backend.manners.answers = 'json';
      }
    },
  );

  const ids = ['sessionIdWithControls', 'sessionIdWithBlank', 'sessionIdOf10KiB'] as const;
  test.each(ids)(verifies(['HTP-10'], '%s: the backend is faulty, nothing is reflected'), async (lie) => {
    await using faulty = await startLyingBackend({ initialize: lies[lie] });
    await using own = await startWireGateway({ backends: { faulty: { type: 'http', url: faulty.url } } });
    const opened = await own.open();
    expect(opened.opening.status).toBe(200);
    expect(opened.opening.headers['mcp-session-id']).toMatch(/^[\w-]{22,64}$/);
    const state = backendOf(own, 'faulty').session.state();
    // Of control characters the HTTP parser itself complains, in words of its own.
    const codes = lie === 'sessionIdWithControls' ? /faulty-answer|unreachable/ : /faulty-answer/;
    expect(state).toMatchObject({ failure: { code: expect.stringMatching(codes) } });
    expect(faulty.requests.every((request) => request.header('mcp-session-id') === undefined)).toBe(true);
  });

  test(
    verifies(['B72', 'HTP-20'], 'nor who it says it is: initialize is answered in our own name'),
    async () => {
      const forged = { name: 'patchbay', title: 'Patchbay', version: '99' };
      await using other = await startPlainBackend({
        catalog: {
          handlers: {
            initialize: () => ({
              protocolVersion: '2025-11-25',
              capabilities: { tools: {} },
              serverInfo: forged,
              _meta: { serverInfo: forged, 'io.modelcontextprotocol/serverInfo': forged },
            }),
          },
        },
      });
      await using own = await startWireGateway({ backends: { forger: { type: 'http', url: other.url } } });
      const { result } = (await own.open()).opening.message;
      expect(result.serverInfo).toEqual({ name: 'patchbay', title: 'Patchbay', version: '0.0.0-test' });
      expect(result._meta).toBeUndefined();
    },
  );
});

describe('an honest answer in odd pieces', () => {
  const text = 'snowman ☃, \u{1F9EA}, "quote", \\ backslash, \u2028, tab\t';
  const calls = (id: string): string =>
    `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"one_odd","arguments":{}}}`;

  beforeAll(() => {
    backend.catalog.toolHandlers.odd = () => textResult(text);
  });
  const odd = async (id: string): Promise<void> => {
    const reply = await session.post(calls(id));
    expect(reply.text).toBe(answerText(id, textResult(text)));
  };

  test.each(['json', 'sse'] as const)(
    verifies(['HTP-04'], '%s, cut once at every byte, arrives whole'),
    async (answers) => {
      backend.catalog.tools = [{ name: 'odd', inputSchema: { type: 'object' } }];
      backend.push('notifications/tools/list_changed');
      await session.list('tools');
      backend.manners.answers = answers;
      const id = '"an id that is worth cutting"';
      const length = Buffer.byteLength(answerText(id, textResult(text))) + 30;
      for (let at = 1; at < length; at += 1) {
        backend.manners.splitting = { at: [at] };
        await odd(id);
      }
      backend.manners.answers = 'json';
    },
  );

  test.each(['json', 'sse'] as const)(
    verifies(['HTP-04'], '%s, in pieces of one, two and three bytes, arrives whole'),
    async (answers) => {
      backend.manners.answers = answers;
      for (const size of [1, 2, 3]) {
        backend.manners.splitting = { at: Array.from({ length: 400 }, (_, index) => (index + 1) * size) };
        await odd('12345678901234');
        await odd('"a longer id \\u2603 with an escape"');
      }
      backend.manners.answers = 'json';
      delete backend.manners.splitting;
    },
  );

  test(
    verifies(['HTP-04'], 'a large one whose id comes last, in pieces through the id, arrives whole'),
    async () => {
      const id = '"the id stands at the very end"';
      const filler = 'x'.repeat(200_000);
      backend.lie('tools/call', async (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write(`{"jsonrpc":"2.0","result":{"content":[{"type":"text","text":"${filler}"}]},"id":`);
        for (const char of `${id}}\n`) await new Promise<void>((done) => response.write(char, () => done()));
        response.end();
      });
      const reply = await session.post(calls(id));
      expect(textOf(reply)).toBe(filler);
      expect(reply.message.id).toBe('the id stands at the very end');
    },
  );

  const streams: [string, (event: string) => Buffer][] = [
    ['CRLF', (event) => Buffer.from(`event: message\r\ndata: ${event}\r\n\r\n`)],
    ['CR alone', (event) => Buffer.from(`event: message\rdata: ${event}\r\r`)],
    ['a byte order mark', (event) => Buffer.from(`\ufeffdata: ${event}\n\n`)],
    ['no blank after the colon', (event) => Buffer.from(`data:${event}\n\n`)],
    ['data in several lines', (event) => Buffer.from(`data: ${event.replaceAll(',"', ',\ndata: "')}\n\n`)],
    [
      'comments and unknown fields',
      (event) => Buffer.from(`: hello\nfoo: bar\n\n:\ndata: ${event}\n: x\n\n`),
    ],
    ['an empty first event', (event) => Buffer.from(`id: 1\nretry: 10\ndata:\n\ndata: ${event}\n\n`)],
    ['mixed line ends', (event) => Buffer.from(`: a\r\n\n\rdata: ${event}\r\n\n`)],
  ];
  test.each(streams)(
    verifies(['HTP-04'], 'an event stream with %s is read, in any cut'),
    async (_, frame) => {
      for (const size of [1, 7, 10_000]) {
        backend.lie('tools/call', async (response, { rpc }) => {
          const bytes = frame(answerText(rpc?.idText ?? '', textResult(text)));
          response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
          for (let at = 0; at < bytes.length; at += size) {
            await new Promise<void>((done) => response.write(bytes.subarray(at, at + size), () => done()));
          }
          response.end();
        });
        expect(textOf(await session.post(calls('4')))).toBe(text);
      }
    },
  );

  test(verifies(['HTP-04'], 'big integers and odd spellings come through untouched'), async () => {
    const result = '{"content":[],"structuredContent":{"n":12345678901234567890.10e-2, "z" : -0,"f":1e400}}';
    backend.catalog.toolHandlers.odd = () => result;
    for (const answers of ['json', 'sse'] as const) {
      backend.manners.answers = answers;
      const reply = await session.post(calls('7'));
      expect(reply.text).toBe(`{"jsonrpc":"2.0","id":7,"result":${result}}`);
    }
    backend.manners.answers = 'json';
  });

  test(
    verifies(['HTP-04'], 'one whose id is spelled in another way is still given under the id that was asked'),
    async () => {
      backend.lie('tools/call', (response) => {
        const headers = { 'content-type': 'application/json' };
        response.writeHead(200, headers).end('{"jsonrpc":"2.0","id":"\\u0061b","result":{"content":[]}}');
      });
      expect((await session.post(calls('"ab"'))).message).toMatchObject({
        id: 'ab',
        result: { content: [] },
      });
    },
  );
});
