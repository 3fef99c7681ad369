import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { answerOf, type Catalog, createCatalog } from './catalog.ts';
import { type Conversation, createQuestions, type Questions } from './conversation.ts';
import { createHolds, type Hold } from './holds.ts';
import { type ListenOptions, listen } from './listening.ts';
import { createRequestLog, describeRequest, type LoggedRequest, type RequestLog } from './request-log.ts';
import { messageText } from './rpc-message.ts';

/** How the endpoint event names the address for messages; a full URL is sent as it is. */
export type EndpointForm = 'relative' | 'absolute' | 'relative-to-directory' | `http${string}` | 'none';

/** What to start. */
export type LegacySseOptions = ListenOptions & {
  readonly catalog?: Partial<Catalog>;
  readonly endpoint?: EndpointForm;
};

/** A running HTTP+SSE server of revision 2024-11-05. */
export interface LegacySseBackend extends AsyncDisposable {
  /** The address of the event stream. */
  readonly url: string;
  readonly port: number;
  readonly requests: readonly LoggedRequest[];
  readonly log: RequestLog;
  readonly catalog: Catalog;
  /** How the next stream's endpoint event is written. */
  endpoint: EndpointForm;
  /** Sends a notification on every stream. */
  push(method: string, params?: unknown): void;
  /** Cuts all streams without a goodbye; the sessions end with them. */
  dropStreams(): void;
  openStreams(): number;
  hold(method: string): Hold;
  close(): Promise<void>;
}

/** Starts an HTTP+SSE server by hand: `GET /mcp/sse` streams, `POST /mcp/messages?session=...` takes messages. */
export async function startLegacySseBackend(options: LegacySseOptions = {}): Promise<LegacySseBackend> {
  const catalog = createCatalog({ protocolVersion: '2024-11-05', ...options.catalog });
  const log = createRequestLog();
  const holds = createHolds();
  const streams = new Map<string, { response: ServerResponse; questions: Questions }>();

  const openStream = (response: ServerResponse, origin: string): void => {
    const id = randomUUID();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(':\n\n');
    streams.set(id, { response, questions: createQuestions() });
    response.once('close', () => streams.delete(id));
    const address = endpointText(backend.endpoint, origin, id);
    if (address !== undefined) response.write(`event: endpoint\ndata: ${address}\n\n`);
  };

  const takeMessage = async (request: LoggedRequest, response: ServerResponse): Promise<void> => {
    const stream = streams.get(new URL(request.path, 'http://x').searchParams.get('session') ?? '');
    if (!stream) return void response.writeHead(404).end('no such session');
    if (!request.rpc) return void response.writeHead(400).end('no message');
    response.writeHead(202).end('Accepted');
    const send = (text: string): void => void stream.response.write(`event: message\ndata: ${text}\n\n`);
    if (request.rpc.method === undefined) return void stream.questions.settle(request.rpc);
    if (request.rpc.idText === undefined) return;
    const conversation: Conversation = {
      request,
      notify: (method, params) => send(messageText(method, params)),
      ask: (method, params) => stream.questions.ask(send, method, params),
    };
    await holds.pass(request);
    send(await answerOf(catalog, request.rpc, conversation));
  };

  const server = await listen((incoming, response) => {
    describeRequest(incoming)
      .then((request) => {
        log.add(request);
        if (request.httpMethod === 'GET') return openStream(response, server.origin);
        return takeMessage(request, response);
      })
      // The peer cut the request off or a handler of the test failed: either shows as a broken connection.
      .catch((error: unknown) => response.destroy(error as Error));
  }, options);

  const backend: LegacySseBackend = {
    url: `${server.origin}/mcp/sse`,
    port: server.port,
    requests: log.entries,
    log,
    catalog,
    endpoint: options.endpoint ?? 'relative',
    push: (method, params = {}) => {
      for (const { response } of streams.values()) {
        response.write(`event: message\ndata: ${messageText(method, params)}\n\n`);
      }
    },
    dropStreams: () => {
      for (const { response } of streams.values()) response.destroy();
    },
    openStreams: () => streams.size,
    hold: holds.hold,
    close: server.close,
    [Symbol.asyncDispose]: server.close,
  };
  return backend;
}

function endpointText(form: EndpointForm, origin: string, id: string): string | undefined {
  switch (form) {
    case 'none':
      return undefined;
    case 'relative':
      return `/mcp/messages?session=${id}`;
    case 'relative-to-directory':
      return `messages?session=${id}`;
    case 'absolute':
      return `${origin}/mcp/messages?session=${id}`;
    default:
      return `${form}?session=${id}`;
  }
}
