import type { ServerResponse } from 'node:http';
import type { Control } from '../../app/control/create-control-api.ts';
import { beginEvents } from './answer.ts';

/** The event streams of all windows. */
export interface EventStreams extends Disposable {
  /** Sends every event from now on; false where as many as are allowed are open. */
  attach(response: ServerResponse): boolean;
}

const MAX_STREAMS = 32;
/** A window that does not read is cut off; it opens its stream anew and reads everything again. In bytes. */
const MAX_UNREAD = 8 * 1024 * 1024;
const KEEP_ALIVE_MS = 15_000;

/** Passes the events of the contract on as server-sent events (WHATWG HTML 9.2), one subscription for all windows. */
export function createEventStreams(control: Pick<Control, 'subscribe'>): EventStreams {
  const open = new Set<ServerResponse>();
  const write = (text: string): void => {
    for (const response of open) {
      if (response.writableLength > MAX_UNREAD) response.destroy();
      else response.write(text);
    }
  };
  const subscription = control.subscribe((name, payload) => {
    if (open.size > 0) write(`event: ${name}\ndata: ${JSON.stringify(payload)}\n\n`);
  });
  const timer = setInterval(() => write(': still here\n\n'), KEEP_ALIVE_MS);
  timer.unref();
  return {
    attach(response) {
      if (open.size >= MAX_STREAMS) return false;
      beginEvents(response);
      open.add(response);
      response.on('close', () => open.delete(response));
      return true;
    },
    [Symbol.dispose]() {
      clearInterval(timer);
      subscription[Symbol.dispose]();
      for (const response of open) response.end();
      open.clear();
    },
  };
}
