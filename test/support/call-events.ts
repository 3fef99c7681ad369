import type { IncomingMessage } from 'node:http';
import { openExchange } from './http-exchange.ts';
import type { Session } from './session.ts';
import { createSseParser, type SseEvent } from './sse.ts';

/** One tool call whose event stream is read by hand, down to ids and waits. */
export interface CallEvents {
  readonly events: readonly SseEvent[];
  /** The first event, past or to come, that is accepted. Rejects when the stream is over before. */
  waitFor(accepts: (event: SseEvent) => boolean): Promise<SseEvent>;
  /** Cuts the connection off, as a lost network would. */
  drop(): void;
  readonly over: Promise<void>;
}

/** Calls a tool in a session that was opened by hand. */
export async function callByEvents(
  url: string,
  session: Session,
  name: string,
  id: number,
): Promise<CallEvents> {
  const params = { name, arguments: {}, _meta: { progressToken: `token-${id}` } };
  const response = await openExchange(url, {
    headers: [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json, text/event-stream'],
      ['MCP-Protocol-Version', '2025-11-25'],
      ['Mcp-Session-Id', session.id ?? ''],
    ],
    body: JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }),
  });
  return readEvents(response);
}

function readEvents(response: IncomingMessage): CallEvents {
  const events: SseEvent[] = [];
  const parse = createSseParser();
  const watchers = new Set<() => void>();
  let ended = false;
  const wake = (): void => {
    for (const watcher of [...watchers]) watcher();
  };
  response.on('data', (chunk: Buffer) => {
    events.push(...parse(chunk));
    wake();
  });
  response.on('error', () => undefined);
  const over = new Promise<void>((resolve) => {
    response.once('close', () => {
      ended = true;
      wake();
      resolve();
    });
  });
  return {
    events,
    over,
    drop: () => response.destroy(),
    waitFor: (accepts) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find(accepts);
          if (found === undefined && !ended) return;
          watchers.delete(look);
          if (found === undefined) reject(new Error('the stream ended before the event came'));
          else resolve(found);
        };
        watchers.add(look);
        look();
      }),
  };
}
