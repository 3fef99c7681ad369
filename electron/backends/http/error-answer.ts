import { splice } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import { failure, faultyAnswer } from '../failure.ts';
import type { AnswerReceiver, BackendFailure } from '../transport.ts';
import { isWellFormed, memberText, sameId } from '../wire/answer-check.ts';

/** Most that is read of an error's body. */
export const MAX_ERROR_BYTES = 64 * 1024;

/**
 * Turns an HTTP error into what the caller gets. A JSON-RPC error in the body is relayed unchanged, whatever the
 * status (protocol.md hazard 27), except 401 and 403, which become a state and never a 401 of ours, and 404 with a
 * session, which means that the backend forgot it.
 */
export function relayHttpError(
  { backend, idText, hasSession }: { backend: string; idText: string; hasSession: boolean },
  status: number,
  body: Buffer,
  receiver: AnswerReceiver,
): void {
  const fault = statusFailure(backend, status, hasSession);
  if (fault.code !== 'backend.faulty-answer') {
    receiver.failed(fault);
    return;
  }
  const error = errorFor(idText, body);
  if (error === undefined) receiver.failed(fault);
  else receiver.answer(error);
}

/** What a status alone says, for requests whose body does not matter. */
export function statusFailure(backend: string, status: number, hasSession: boolean): BackendFailure {
  if (status === 401 || status === 403) {
    return failure(
      'backend.needs-sign-in',
      `${backend} refused the credentials it was given (HTTP ${status})`,
      { status },
    );
  }
  if (status === 404 && hasSession) {
    return failure(
      'backend.session-lost',
      `${backend} no longer knows its session; it is being opened again`,
      {
        status,
        notProcessed: true,
      },
    );
  }
  return { ...faultyAnswer(backend, `answered with HTTP ${status}`), status };
}

/**
 * The body as an error answer to this id. Where the peer could not tell which request it is about, the id is `null`, or
 * there is none at all (2025-11-25, transports): it is filled in, since the body answers this request alone.
 */
function errorFor(idText: string, body: Buffer): Buffer | undefined {
  const scan = scanMessage(body);
  const { members } = scan;
  const error = members.get('error');
  if (error === undefined || members.has('result') || members.has('method') || !isWellFormed(body))
    return undefined;
  if (scan.fault !== undefined || !scan.complete) return undefined;
  const id = members.get('id');
  const received = memberText(scan, body, 'id');
  if (received !== undefined && sameId(idText, received)) return body;
  if (id !== undefined)
    return received === 'null' ? Buffer.from(splice(body, [{ range: id, text: idText }])) : undefined;
  // Other protocols have a member of this name, too.
  if (memberText(scan, body, 'jsonrpc') !== '"2.0"' || body[error.start] !== OPEN_BRACE) return undefined;
  const first = body.indexOf(OPEN_BRACE) + 1;
  return Buffer.from(splice(body, [{ range: { start: first, end: first }, text: `"id":${idText},` }]));
}

const OPEN_BRACE = 0x7b;
