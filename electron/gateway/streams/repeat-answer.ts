import type { ServerResponse } from 'node:http';
import type { Principal } from '../../../shared/identity/principal.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import { holdAnswer } from '../../backends/held-answer.ts';
import type { RequestHandle } from '../../backends/transport.ts';
import { frameEvent } from '../../backends/wire/sse-writer.ts';
import { beginEvents, errorText, sendRefusal } from '../edge/answers.ts';
import { refusal } from '../edge/refusal.ts';
import type { EventNames } from './call-stream.ts';

/** A call that is over, as far as its backend may be asked for the answer once more. */
export interface EndedCall {
  readonly names: EventNames;
  readonly backend: BackendSession;
  readonly caller: Principal;
  /** The answer as the client gets it; throws where it cannot be read. */
  readonly read: (bytes: Buffer) => Buffer;
}

/** How long a backend may take to repeat an answer that it gave, in ms. */
const REPEAT_MS = 10_000;
/** How the name of the event ends that tells of a lost answer. */
const LOST = '.lost';

/**
 * Goes on with a call that is over and whose answer is held here no more: its backend is asked for it, where the client
 * names an event of that backend's own, since the memory of its events is the backend's (hazard 22). Else, or where it
 * has nothing either, the client is told that the answer is lost: it would wait in vain. `rest` are the events that come
 * before. What the backend repeats besides the answer is dropped: nobody waits for progress of what is done.
 */
export function repeatAnswer(
  { names, backend, caller, read }: EndedCall,
  response: ServerResponse,
  eventId: string,
  rest: readonly Buffer[],
): void {
  let handle: RequestHandle | undefined;
  let over = false;
  const timer = setTimeout(() => give(lost()), REPEAT_MS);
  timer.unref();

  function stop(): boolean {
    if (over) return false;
    over = true;
    clearTimeout(timer);
    handle?.abandon();
    return true;
  }

  function give(frame: Buffer): void {
    if (stop()) response.end(frame);
  }

  const lost = (): Buffer => frameEvent(lostAnswer(names.idText), names.of(undefined) + LOST);
  const failed = (): void => give(lost());

  beginEvents(response);
  response.flushHeaders();
  for (const frame of rest) response.write(frame);
  response.once('close', stop);
  const original = names.backendIdOf(eventId);
  if (original === undefined) {
    failed();
    return;
  }
  const answer = (bytes: Buffer, backendEventId?: string): void => {
    let seen: Buffer;
    try {
      seen = read(bytes);
    } catch {
      failed();
      return;
    }
    give(frameEvent(seen, names.of(backendEventId)));
  };
  handle = backend.repeat(names.idText, caller, original, holdAnswer({ answer, failed }));
  if (over) handle.abandon();
}

/** Whether the client has read that the answer is lost: nothing comes behind that. */
export const isLostEvent = (eventId: string): boolean => eventId.endsWith(LOST);

/**
 * Turns away who comes back behind the end of a call. A stream that ends at once would be asked for again and again;
 * 405 is the one other word that a GET may get (2025-11-25, transports).
 */
export function sendNothingMore(response: ServerResponse): void {
  const text = 'The call is over, and nothing came after this event.';
  sendRefusal(response, refusal(405, 'request.call-over', text, { headers: { Allow: 'POST, DELETE' } }));
}

function lostAnswer(idText: string): Buffer {
  const text = 'The call is over, but its answer is not held any more. It was not repeated; call again.';
  return Buffer.from(errorText(idText, RPC.connection, text, 'request.answer-lost'));
}
