import { type HeaderLines, openExchange } from './http-exchange.ts';
import type { RpcMessage } from './session.ts';
import { createSseParser, type SseEvent } from './sse.ts';

/** An open listening stream of a session. */
export interface SessionStream extends AsyncDisposable {
  readonly status: number;
  /** All events that came, oldest first. */
  readonly events: readonly SseEvent[];
  /** The messages among them. */
  messages(): RpcMessage[];
  /** The first message, past or to come, that the predicate accepts. Rejects when the stream ends before. */
  waitFor(accepts: (message: RpcMessage) => boolean): Promise<RpcMessage>;
  /** Resolves when the stream has ended, by either side. */
  readonly ended: Promise<void>;
  close(): Promise<void>;
}

/** Opens a GET event stream with these headers. A refusal shows in `status`; nothing is thrown for it. */
export async function openStream(url: string, headers: HeaderLines): Promise<SessionStream> {
  const abort = new AbortController();
  const response = await openExchange(url, {
    method: 'GET',
    headers: [['Accept', 'text/event-stream'], ...headers],
    signal: abort.signal,
  });
  const events: SseEvent[] = [];
  const feed = createSseParser();
  const watchers = new Set<() => void>();
  const wake = (): void => {
    for (const watcher of watchers) watcher();
  };
  response.on('data', (chunk: Buffer) => {
    events.push(...feed(chunk));
    wake();
  });
  let over = false;
  // Cutting the stream off, from either side, is one of its normal ends here.
  response.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    response.once('close', () => {
      over = true;
      wake();
      resolve();
    });
  });
  const messages = (): RpcMessage[] =>
    events.flatMap(({ data }) => (data ? [JSON.parse(data) as RpcMessage] : []));
  const waitFor = (accepts: (message: RpcMessage) => boolean): Promise<RpcMessage> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = messages().find(accepts);
        if (!found && !over) return;
        watchers.delete(look);
        if (found) resolve(found);
        else reject(new Error('the stream ended before the message came'));
      };
      watchers.add(look);
      look();
    });
  const close = async (): Promise<void> => {
    abort.abort();
    await ended;
  };
  return {
    status: response.statusCode ?? 0,
    events,
    messages,
    waitFor,
    ended,
    close,
    [Symbol.asyncDispose]: close,
  };
}
