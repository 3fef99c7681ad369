import { scanMessage } from '../../../shared/json/scan.ts';
import { faultyAnswer, unreachable } from '../failure.ts';
import type { AnswerReceiver, BackendFailure } from '../transport.ts';
import { MAX_MESSAGE_BYTES, memberText, sameId } from '../wire/answer-check.ts';
import { type Inbound, sortEach } from '../wire/inbound.ts';
import { createSseSplitter, type OpenFlow, type ServerSentEvent } from '../wire/sse-splitter.ts';
import { createJsonAnswer, type JsonAnswer } from './json-answer.ts';

/** How a stream can be taken up again after it broke (MCP 2025-11-25, resumability). */
export interface StreamPosition {
  lastEventId: string | undefined;
  retryMs: number | undefined;
}

/**
 * Passes one `text/event-stream` answer on: related messages as they come, then the answer. Answers to other ids,
 * second answers and events that are no JSON-RPC are dropped and counted (HTP-04). A large answer flows once its
 * beginning has shown that it is this call's; one that can be taken up again after a break is held until it is whole.
 */
export function createEventAnswer(
  backend: string,
  idText: string,
  receiver: AnswerReceiver,
  position: StreamPosition,
  dropped: () => void,
): JsonAnswer {
  let answered = false;
  let flowing: JsonAnswer | undefined;
  let fault: BackendFailure | undefined;

  const openFlow: OpenFlow = (first, eventId) => {
    const canBreak = eventId === undefined && position.lastEventId === undefined;
    if (answered || !canBreak || !beginsAnswer(first, idText)) return undefined;
    answered = true;
    const answer = createJsonAnswer(backend, idText, receiver, 'unknown but large');
    flowing = answer;
    return {
      data(chunk) {
        fault ??= answer.data(chunk);
      },
      end() {
        fault ??= answer.end();
      },
    };
  };

  function take(event: ServerSentEvent): void {
    if (event.id !== undefined) position.lastEventId = event.id;
    if (event.retry !== undefined) position.retryMs = event.retry;
    const isEmpty = event.data === undefined || event.data.length === 0;
    if (!answered && (isEmpty || event.retry !== undefined))
      receiver.mark?.(isEmpty ? event.id : undefined, event.retry);
    if (event.data === undefined || isEmpty) return;
    sortEach(event.data, event.id, (inbound) => takeOne(inbound, event.id));
  }

  function takeOne(inbound: Inbound, eventId: string | undefined): void {
    if (inbound.kind === 'faulty' || answered) dropped();
    else if (inbound.kind === 'message') receiver.related(inbound.message);
    else if (sameId(idText, inbound.idText)) {
      answered = true;
      receiver.answer(inbound.bytes, eventId);
    } else dropped();
  }

  const splitter = createSseSplitter(MAX_MESSAGE_BYTES, take, openFlow);
  return {
    data(chunk): BackendFailure | undefined {
      const fits = splitter.push(chunk);
      if (fits || answered) return fault;
      return faultyAnswer(backend, 'sent an event over 32 MiB', 'backend.answer-too-large');
    },
    isComplete: () => (flowing === undefined ? answered : flowing.isComplete()),
    end() {
      if (flowing !== undefined) return fault ?? flowing.end();
      return answered ? undefined : unreachable(backend, 'its stream ended before the answer');
    },
  };
}

/** Whether these first bytes are an answer to this id for certain, whatever follows: id seen, result or error begun. */
function beginsAnswer(first: Buffer, idText: string): boolean {
  const scan = scanMessage(first);
  const id = memberText(scan, first, 'id');
  const isAnswer = scan.keyName === 'result' || scan.keyName === 'error';
  return (
    scan.fault === undefined &&
    !scan.complete &&
    scan.expect === 'in-value' &&
    isAnswer &&
    !scan.members.has('method') &&
    id !== undefined &&
    sameId(idText, id)
  );
}
