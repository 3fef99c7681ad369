import type { AnswerReceiver, AnswerStream, BackendFailure, InboundMessage } from './transport.ts';
import { createPieces } from './wire/pieces.ts';

/** A receiver that takes the answer in one piece, for answers that have to be read before they go on. */
export function holdAnswer(sinks: {
  readonly answer: (bytes: Buffer) => void;
  readonly failed: (fault: BackendFailure) => void;
  readonly related?: (message: InboundMessage) => void;
  /** Back-pressure where a client reads what comes before the answer. */
  readonly full?: AnswerReceiver['full'];
  readonly onDrain?: AnswerReceiver['onDrain'];
}): AnswerReceiver {
  return {
    full: sinks.full ?? (() => false),
    onDrain: sinks.onDrain ?? (() => undefined),
    related: (message) => sinks.related?.(message),
    answer: sinks.answer,
    answerStream: () => holdStream(sinks.answer, sinks.failed),
    failed: sinks.failed,
  };
}

/** A large answer that is wanted whole. */
export function holdStream(
  answer: (bytes: Buffer) => void,
  failed: (fault: BackendFailure) => void,
): AnswerStream {
  const parts = createPieces();
  return {
    write: parts.add,
    end(last) {
      parts.add(last);
      answer(parts.take());
    },
    abort: failed,
  };
}
