import type { AnswerReceiver } from '../../electron/backends/transport.ts';

/** What a caller would get: the announced length, the bytes, and whether they came whole. */
export interface HeardAnswer {
  length: number | undefined;
  text: string;
  bytes: number;
  streams: number;
  whole: boolean;
  aborted: boolean;
  readonly related: string[];
}

/** A receiver that notes what it is given. */
export function hearAnswer(): { readonly got: HeardAnswer; readonly receiver: AnswerReceiver } {
  const got: HeardAnswer = {
    length: undefined,
    text: '',
    bytes: 0,
    streams: 0,
    whole: false,
    aborted: false,
    related: [],
  };
  function take(chunk: Buffer): void {
    got.bytes += chunk.length;
    got.text += chunk.toString('latin1');
  }
  const receiver: AnswerReceiver = {
    full: () => false,
    onDrain: () => undefined,
    related: ({ method }) => got.related.push(method),
    answer(bytes) {
      take(bytes);
      got.whole = true;
    },
    answerStream(length) {
      got.length = length;
      got.streams++;
      return {
        write: take,
        end(last) {
          take(last);
          got.whole = true;
        },
        abort: () => {
          got.aborted = true;
        },
      };
    },
    failed: () => undefined,
  };
  return { got, receiver };
}
