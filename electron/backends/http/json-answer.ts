import { splice } from '../../../shared/json/members.ts';
import { type Range, scanChunk, startScan } from '../../../shared/json/scan.ts';
import { faultyAnswer } from '../failure.ts';
import type { AnswerReceiver, AnswerStream, BackendFailure } from '../transport.ts';
import { isWellFormed, MAX_MESSAGE_BYTES, messageKind, sameId } from '../wire/answer-check.ts';

/** Up to here an answer is held and sent in one piece; above it flows through. */
const HELD_BYTES = 64 * 1024;
/** Bytes before the present chunk that are kept for an id cut into pieces; a longer id is nobody's. */
const RECENT_BYTES = 2 * 1024;

export interface JsonAnswer {
  /** Feeds body bytes; answers a failure once the answer is refused. */
  data(chunk: Buffer): BackendFailure | undefined;
  /** The body is over; answers a failure when no complete answer came. */
  end(): BackendFailure | undefined;
  /** Whether nothing that still comes can count. */
  isComplete(): boolean;
}

/**
 * Passes one `application/json` answer on as bytes. A small one is held until it is complete. A large one flows while
 * it is incomplete, which no client can mistake for an answer, and its completing chunk goes out only after id and
 * shape were checked (HTP-04): an answer for another call never reaches its caller whole. `size` is what is known of
 * its length in bytes; what is known to be large flows at once.
 */
export function createJsonAnswer(
  backend: string,
  idText: string,
  receiver: AnswerReceiver,
  size?: number | 'unknown but large',
): JsonAnswer {
  const scan = startScan();
  let held: Buffer[] = [];
  let recent: Buffer = Buffer.alloc(0);
  let receivedId: string | undefined;
  let stream: AnswerStream | undefined;
  let done = false;
  let tooLarge = false;
  const length = size === 'unknown but large' ? undefined : size;
  /** As much as can be held, or nothing where it is known to be more. */
  const mayHold = size === 'unknown but large' || (size ?? 0) > HELD_BYTES ? 0 : HELD_BYTES;

  function refuse(failure: BackendFailure): BackendFailure {
    done = true;
    stream?.abort(failure);
    return failure;
  }

  function noteId(chunk: Buffer, base: number): void {
    const range = receivedId === undefined ? scan.members.get('id') : undefined;
    if (range === undefined) return;
    const from = range.start - base;
    if (from >= 0) receivedId = chunk.toString('utf8', from, range.end - base);
    else if (recent.length + from >= 0) {
      const seam = Buffer.concat([recent, chunk]);
      receivedId = seam.toString('utf8', recent.length + from, recent.length + range.end - base);
    }
  }

  /** Most chunks are larger than what is kept, so this rarely copies more than a little. */
  function keepRecent(chunk: Buffer): void {
    if (receivedId !== undefined) return;
    const joined = chunk.length >= RECENT_BYTES ? chunk : Buffer.concat([recent, chunk]);
    recent = joined.subarray(-RECENT_BYTES);
  }

  function complete(chunk: Buffer): BackendFailure | undefined {
    if (messageKind(scan) !== 'answer')
      return refuse(faultyAnswer(backend, 'sent JSON that is no JSON-RPC answer'));
    // A peer that could not tell which request it refuses says `null`; the response answers this request alone.
    const isNameless = receivedId === 'null' && scan.members.has('error') && stream === undefined;
    if (!isNameless && (receivedId === undefined || !sameId(idText, receivedId))) {
      return refuse(faultyAnswer(backend, 'answered with the id of another request'));
    }
    if (stream !== undefined && length !== undefined && scan.length < length) {
      // Blanks after the answer belong to the length that was passed on.
      stream.write(chunk);
      return undefined;
    }
    done = true;
    if (stream !== undefined) stream.end(chunk);
    else {
      const bytes = held.length === 0 ? chunk : Buffer.concat([...held, chunk]);
      if (!isWellFormed(bytes)) return refuse(faultyAnswer(backend, 'sent broken JSON'));
      receiver.answer(isNameless ? named(bytes) : bytes);
    }
    return undefined;
  }

  function named(bytes: Buffer): Buffer {
    const range = scan.members.get('id') as Range;
    return Buffer.from(splice(bytes, [{ range, text: idText }]));
  }

  return {
    data(chunk) {
      if (done) return undefined;
      const base = scan.length;
      scanChunk(scan, chunk);
      if (scan.fault !== undefined) return refuse(faultyAnswer(backend, `sent broken JSON (${scan.fault})`));
      if (scan.length > MAX_MESSAGE_BYTES) tooLarge = true;
      if (tooLarge)
        return refuse(faultyAnswer(backend, 'sent an answer over 32 MiB', 'backend.answer-too-large'));
      noteId(chunk, base);
      if (scan.complete) return complete(chunk);
      keepRecent(chunk);
      if (stream === undefined && scan.length <= mayHold) held.push(chunk);
      else {
        stream ??= receiver.answerStream(length);
        for (const part of held) stream.write(part);
        held = [];
        stream.write(chunk);
      }
      return undefined;
    },
    isComplete: () => done,
    end() {
      return done ? undefined : refuse(faultyAnswer(backend, 'ended its answer before it was complete'));
    },
  };
}
