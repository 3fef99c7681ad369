import { createLatch, type Latch } from '../support/latch.ts';
import type { LoggedRequest } from './request-log.ts';
import { messageText, type ReceivedMessage } from './rpc-message.ts';

/** Which stream a server's own message takes: that of the request at hand, or the listening stream. */
export type Via = 'request' | 'listen';

/** What a handler can do besides answering. */
export interface Conversation {
  /** The HTTP request at hand; absent on stdio. */
  readonly request?: LoggedRequest;
  notify(method: string, params: unknown, via?: Via): void;
  /** Sends a request to the client (ids 0, 1, 2, ... per session) and resolves to its response. */
  ask(method: string, params: unknown, via?: Via): Promise<ReceivedMessage>;
}

/** The open questions of one session. */
export interface Questions {
  ask(send: (text: string) => void, method: string, params: unknown): Promise<ReceivedMessage>;
  /** Takes a response of the client; false when nothing was asked under its id. */
  settle(response: ReceivedMessage): boolean;
}

/** No questions yet; the first gets the id 0, which careless code takes for "no id". */
export function createQuestions(): Questions {
  const open = new Map<string, Latch<ReceivedMessage>>();
  let nextId = 0;
  return {
    ask: (send, method, params) => {
      const latch = createLatch<ReceivedMessage>();
      const id = nextId;
      nextId += 1;
      open.set(String(id), latch);
      send(messageText(method, params, id));
      return latch.promise;
    },
    settle: (response) => {
      const latch = open.get(response.idText ?? '');
      open.delete(response.idText ?? '');
      latch?.open(response);
      return latch !== undefined;
    },
  };
}
