import type { ServerResponse } from 'node:http';
import type { LoggedRequest } from './request-log.ts';
import { answerText } from './rpc-message.ts';

/** A faulty way to answer one request. It owns the response from then on. */
export type Lie = (response: ServerResponse, request: LoggedRequest) => void;

const JSON_TYPE = { 'content-type': 'application/json' };
const SSE_TYPE = { 'content-type': 'text/event-stream' };
const FILLER = Buffer.alloc(64 * 1024, 'x');

/** One JSON text in place of the answer; `id` is the JSON text of the right id. */
function json(text: (id: string) => string): Lie {
  return (response, { rpc }) => void response.writeHead(200, JSON_TYPE).end(text(rpc?.idText ?? 'null'));
}

/** Several messages as one event stream. */
function events(texts: (id: string) => string[]): Lie {
  return (response, { rpc }) => {
    const stream = texts(rpc?.idText ?? 'null').map((text) => `data: ${text}\n\n`);
    response.writeHead(200, SSE_TYPE).end(stream.join(''));
  };
}

/** Bytes on the socket in place of an HTTP answer that node:http would let pass. */
function rawAnswer(head: (body: string) => string): Lie {
  return (response, { rpc }) => {
    const body = answerText(rpc?.idText ?? 'null', { content: [] });
    response.socket?.end(Buffer.from(`${head(body)}\r\n\r\n${body}`, 'latin1'));
  };
}

const okHead = (body: string, more: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n${more}`;

/** Writes filler for as long as the peer reads, and stops when it leaves. */
function fillForEver(response: ServerResponse): void {
  const pump = (): void => {
    while (!response.destroyed && response.write(FILLER)) if (response.writableNeedDrain) break;
    response.once('drain', pump);
  };
  pump();
}

/** The lies by name. Each is told in place of the answer to one request. */
export const lies = {
  wrongId: json(() => '{"jsonrpc":"2.0","id":"never-asked","result":{}}'),
  /** The right id, as a string where it was a number and the other way round. */
  idOfOtherType: json((id) => answerText(id.startsWith('"') ? '7' : `"${id}"`, {})),
  nullId: json(() => '{"jsonrpc":"2.0","id":null,"result":{}}'),
  resultAndError: json(
    (id) => `{"jsonrpc":"2.0","id":${id},"result":{},"error":{"code":1,"message":"both"}}`,
  ),
  neitherResultNorError: json((id) => `{"jsonrpc":"2.0","id":${id}}`),
  duplicateKeys: json((id) => `{"jsonrpc":"2.0","id":"x","id":${id},"result":{"a":1},"result":{"a":2}}`),
  batch: json((id) => `[${answerText(id, {})}]`),
  notJson: json(() => '<html>not what you asked for</html>'),
  cutJson: json((id) => answerText(id, { content: [] }).slice(0, -3)),
  emptyBody: json(() => ''),
  twoAnswers: events((id) => [answerText(id, { first: true }), answerText(id, { second: true })]),
  strangerFirst: events((id) => ['{"jsonrpc":"2.0","id":"never-asked","result":{}}', answerText(id, {})]),
  notJsonEvent: events((id) => ['no json', answerText(id, { after: 'garbage' })]),
  /** A stream that ends properly without the answer. */
  noAnswer: events(() => []),
  /** A request of the server's own under the id of the client's request. */
  requestWithSameId: events((id) => [`{"jsonrpc":"2.0","id":${id},"method":"ping"}`, answerText(id, {})]),
  wrongContentType: (response) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>hello'),
  noContentType: (response, { rpc }) =>
    void response.writeHead(200).end(answerText(rpc?.idText ?? 'null', {})),
  accepted: (response) => void response.writeHead(202).end(),
  endlessEvent: (response) => {
    response.writeHead(200, SSE_TYPE).write('data: ');
    fillForEver(response);
  },
  endlessJson: (response, { rpc }) => {
    const start = `{"jsonrpc":"2.0","id":${rpc?.idText ?? 'null'},"result":{"content":[{"type":"text","text":"`;
    response.writeHead(200, JSON_TYPE).write(start);
    fillForEver(response);
  },
  /** The beginning of an answer that says of itself that it has a gigabyte. */
  gigabyte: (response, { rpc }) => {
    response.writeHead(200, { ...JSON_TYPE, 'content-length': 1_000_000_000 });
    response.write(`{"jsonrpc":"2.0","id":${rpc?.idText ?? 'null'},"result":{"content":[],"x":"`);
    fillForEver(response);
  },
  /** Complete events without end, none of them the answer. */
  notificationStorm: (response) => {
    response.writeHead(200, SSE_TYPE);
    const notice =
      '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"storm"}}';
    const storm = Buffer.from(`data: ${notice}\n\n`.repeat(500));
    const pump = (): void => {
      if (response.destroyed) return;
      if (response.write(storm)) setImmediate(pump);
      else response.once('drain', pump);
    };
    pump();
  },
  neverAnswer: () => undefined,
  /** The head of an answer, then silence. */
  headThenSilence: (response) => response.writeHead(200, JSON_TYPE).flushHeaders(),
  /** Half of the promised bytes, then the connection is cut. */
  cutInTheMiddle: (response, { rpc }) => {
    const text = answerText(rpc?.idText ?? 'null', { content: [] });
    response.writeHead(200, { ...JSON_TYPE, 'content-length': text.length * 2 });
    response.write(text, () => response.destroy());
  },
  /** No answer; the backend's side of the connection is closed and the other half stays open. */
  halfClosed: (response) => void response.socket?.end(),
  reset: (response) => void response.socket?.resetAndDestroy(),
  /** Headers that must not reach a client; the answer itself is honest. */
  poisonedHeaders: (response, { rpc }) => {
    const poison = {
      'set-cookie': ['a=1', 'b=2'],
      'clear-site-data': '"*"',
      location: 'https://evil.example/',
      'www-authenticate': 'Bearer realm="evil"',
      'access-control-allow-origin': '*',
      'strict-transport-security': 'max-age=1',
    };
    response
      .writeHead(200, { ...JSON_TYPE, ...poison })
      .end(answerText(rpc?.idText ?? 'null', { content: [] }));
  },
  sessionIdWithControls: rawAnswer((body) => okHead(body, 'Mcp-Session-Id: a\x01b\x7f')),
  sessionIdWithBlank: rawAnswer((body) => okHead(body, 'Mcp-Session-Id: a b')),
  sessionIdOf10KiB: rawAnswer((body) => okHead(body, `Mcp-Session-Id: ${'s'.repeat(10 * 1024)}`)),
  headerSectionOf40KiB: rawAnswer((body) => {
    const lines = Array.from({ length: 40 }, (_, index) => `X-Filler-${index}: ${'f'.repeat(1024)}`);
    return okHead(body, lines.join('\r\n'));
  }),
  notHttp: (response) => void response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n'),
  earlyHints: rawAnswer(
    (body) => `HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n${okHead(body, 'X-Late: 1')}`,
  ),
} satisfies Record<string, Lie>;

/** An honest, huge answer of about this many bytes, as JSON or as one event. */
export function hugeAnswer(bytes: number, as: 'json' | 'sse' = 'json'): Lie {
  return (response, { rpc }) => {
    const [start, end] = as === 'json' ? ['', ''] : ['data: ', '\n\n'];
    const [before = '', after = ''] = answerText(rpc?.idText ?? 'null', {
      content: [{ type: 'text', text: '*' }],
    }).split('*');
    response.writeHead(200, as === 'json' ? JSON_TYPE : SSE_TYPE);
    response.write(start + before);
    response.write(Buffer.alloc(bytes, 'x'));
    response.end(after + end);
  };
}
