import { scanMessage } from '../../shared/json/scan.ts';
import type { Posted } from './post.ts';

/** What the client is told of a posted message: the body, or where that is no answer an error under the message's id. */
export function answerOf(posted: Posted, idText: string | undefined): Buffer {
  const scan = scanMessage(posted.body);
  if (idText === undefined || (scan.complete && scan.members.has('id'))) return posted.body;
  return errorFor(idText, explain(posted));
}

/** An error of the bridge's own. */
export function errorFor(idText: string, message: string): Buffer {
  return Buffer.from(
    `{"jsonrpc":"2.0","id":${idText},"error":{"code":-32000,"message":${JSON.stringify(message)}}}`,
  );
}

function explain({ status, body }: Posted): string {
  if (status === 401) return 'The gateway did not accept the token of this entry. Connect this client again.';
  const text = /"message":"((?:[^"\\]|\\.)*)"/.exec(body.toString('utf8'))?.[1];
  return text === undefined
    ? `The gateway answered with HTTP ${status}.`
    : (JSON.parse(`"${text}"`) as string);
}
