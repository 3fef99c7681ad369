import type { AnswerReceiver, BackendFailure, InboundMessage } from '../transport.ts';

/** A receiver that takes the answer in one piece, for answers that have to be read before they go on. */
export function holdAnswer(sinks: {
  readonly answer: (bytes: Buffer) => void;
  readonly failed: (fault: BackendFailure) => void;
  readonly related?: (message: InboundMessage) => void;
}): AnswerReceiver {
  return {
    full: () => false,
    onDrain: () => undefined,
    related: (message) => sinks.related?.(message),
    answer: sinks.answer,
    answerStream: () => {
      const parts: Buffer[] = [];
      return {
        write: (chunk) => parts.push(chunk),
        end: (last) => sinks.answer(Buffer.concat([...parts, last])),
        abort: sinks.failed,
      };
    },
    failed: sinks.failed,
  };
}
