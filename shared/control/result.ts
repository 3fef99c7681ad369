import { z } from 'zod';
import { problems } from './problem-view.ts';
import { errorCode, place, sentence } from './vocabulary.ts';

/** Why a call did not do what was asked. Never a secret or a header value. */
export const failure = z.object({
  code: errorCode,
  message: sentence,
  place: place.optional(),
  fix: sentence.optional(),
  problems: problems.optional(),
});
export type Failure = z.infer<typeof failure>;

/** What every call answers: the value, or why there is none. Nothing is thrown across the border. */
export type CallResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };

/** The envelope as it arrives in the window; the value in it was shaped by the host. */
export const callResult = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: failure }),
]);

/** What the host's side of a call throws where the answer is a refusal; anything else that is thrown is a defect. */
export class ControlFault extends Error {
  override readonly name = 'ControlFault';
  readonly failure: Failure;

  constructor(reason: Failure) {
    super(reason.message);
    this.failure = reason;
  }
}
