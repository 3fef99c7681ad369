import { faultyAnswer, unreachable } from '../failure.ts';
import type { AnswerReceiver, BackendFailure } from '../transport.ts';
import { MAX_MESSAGE_BYTES, sameId } from '../wire/answer-check.ts';
import { sortInbound } from '../wire/inbound.ts';
import { createSseSplitter, type ServerSentEvent } from '../wire/sse-splitter.ts';
import type { JsonAnswer } from './json-answer.ts';

/** How a stream can be taken up again after it broke (MCP 2025-11-25, resumability). */
export interface StreamPosition {
  lastEventId: string | undefined;
  retryMs: number | undefined;
}

/**
 * Passes one `text/event-stream` answer on: related messages as they come, then the answer. Answers to other ids,
 * second answers and events that are no JSON-RPC are dropped and counted (HTP-04).
 */
export function createEventAnswer(
  backend: string,
  idText: string,
  receiver: AnswerReceiver,
  position: StreamPosition,
  dropped: () => void,
): JsonAnswer {
  let answered = false;

  function take(event: ServerSentEvent): void {
    if (event.id !== undefined) position.lastEventId = event.id;
    if (event.retry !== undefined) position.retryMs = event.retry;
    const isEmpty = event.data === undefined || event.data.length === 0;
    if (!answered && (isEmpty || event.retry !== undefined))
      receiver.mark?.(isEmpty ? event.id : undefined, event.retry);
    if (event.data === undefined || isEmpty) return;
    const inbound = sortInbound(event.data, event.id);
    if (inbound.kind === 'faulty' || answered) dropped();
    else if (inbound.kind === 'message') receiver.related(inbound.message);
    else if (sameId(idText, inbound.idText)) {
      answered = true;
      receiver.answer(inbound.bytes, event.id);
    } else dropped();
  }

  const splitter = createSseSplitter(MAX_MESSAGE_BYTES, take);
  return {
    data(chunk): BackendFailure | undefined {
      if (splitter.push(chunk) || answered) return undefined;
      return faultyAnswer(backend, 'sent an event over 32 MiB', 'backend.answer-too-large');
    },
    end() {
      return answered ? undefined : unreachable(backend, 'its stream ended before the answer');
    },
  };
}
