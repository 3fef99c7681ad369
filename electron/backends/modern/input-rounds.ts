import { randomUUID } from 'node:crypto';
import { memberOf } from '../../../shared/json/member-of.ts';
import { memberRanges, textOf } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import type { AnswerReceiver } from '../transport.ts';
import type { InputRequest } from './modern-answer.ts';

/** What the client answered, as JSON text of `inputResponses`, or why it did not. */
export type Inputs =
  | { readonly ok: true; readonly responses: string | undefined }
  | { readonly ok: false; readonly why: string };

/** Questions that are open to one client, under ids of ours. */
export interface InputQuestions {
  /** Asks everything at once on the call's own stream; resolves when all answers are there (MRTR). */
  ask(requests: readonly InputRequest[], receiver: AnswerReceiver): Promise<Inputs>;
  /** Takes a client's answer; false when nothing was asked under its id. */
  settle(bytes: Buffer): boolean;
  /** Nobody waits any more for what was asked on this call's stream: the client is told, once for each question. */
  forget(receiver: AnswerReceiver): void;
}

/** Questions of one round; as many as may wait for one client (`MAX_WAITING` of its server requests) are far too many. */
const MAX_AT_ONCE = 32;

/** `withdraw` tells the client that the question of this id is over. */
export function createInputQuestions(withdraw: (idText: string) => void): InputQuestions {
  const open = new Map<
    string,
    { readonly receiver: AnswerReceiver; readonly resolve: (bytes: Buffer) => void }
  >();
  let counter = 0;

  function askOne(request: InputRequest, receiver: AnswerReceiver, resolve: (bytes: Buffer) => void): void {
    const idText = JSON.stringify(`input-${++counter}`);
    const params = paramsFor(request);
    const text = `{"jsonrpc":"2.0","id":${idText},"method":${JSON.stringify(request.method)}${params === undefined ? '' : `,"params":${params}`}}`;
    open.set(idText, { receiver, resolve });
    receiver.related({ bytes: Buffer.from(text), method: request.method, idText });
  }

  function forget(receiver: AnswerReceiver): void {
    for (const [idText, question] of open) {
      if (question.receiver !== receiver) continue;
      open.delete(idText);
      withdraw(idText);
    }
  }

  return {
    async ask(requests, receiver) {
      if (requests.length === 0) return { ok: true, responses: undefined };
      if (requests.length > MAX_AT_ONCE)
        return { ok: false, why: `asked ${requests.length} questions at once, more than ${MAX_AT_ONCE}` };
      return await new Promise<Inputs>((resolve) => {
        const responses: string[] = [];
        let left = requests.length;
        const take = ({ key, method }: InputRequest, index: number, bytes: Buffer): void => {
          const result = scanMessage(bytes).members.get('result');
          if (result === undefined) {
            // One that is missing is missed by the call: nobody shall go on answering the others.
            forget(receiver);
            const why = `needed ${method}, and the client did not answer it${reasonOf(bytes)}`;
            resolve({ ok: false, why });
            return;
          }
          responses[index] = `${JSON.stringify(key)}:${textOf(bytes, result)}`;
          if (--left === 0) resolve({ ok: true, responses: `{${responses.join(',')}}` });
        };
        requests.forEach((request, index) => {
          askOne(request, receiver, (bytes) => take(request, index, bytes));
        });
      });
    },
    settle(bytes) {
      const id = scanMessage(bytes).members.get('id');
      const idText = id === undefined ? '' : textOf(bytes, id);
      const question = open.get(idText);
      open.delete(idText);
      question?.resolve(bytes);
      return question !== undefined;
    },
    forget,
  };
}

/** What is said in place of an answer, by the client or by us in its place: sessions tell a backend, rounds cannot. */
function reasonOf(answer: Buffer): string {
  const message = memberOf(memberOf(JSON.parse(answer.toString('utf8')), 'error'), 'message');
  return typeof message === 'string' ? `: ${message.slice(0, MAX_REASON_CHARACTERS)}` : '';
}

const MAX_REASON_CHARACTERS = 500;

/** URL elicitation of 2025-11-25 has an id that the newer revision dropped; clients of sessions insist on it. */
function paramsFor({ method, paramsText }: InputRequest): string | undefined {
  if (method !== 'elicitation/create' || paramsText === undefined) return paramsText;
  const bytes = Buffer.from(paramsText);
  const members = memberRanges(bytes, { start: 0, end: bytes.length });
  const mode = members.get('mode');
  if (mode === undefined || textOf(bytes, mode) !== '"url"' || members.has('elicitationId'))
    return paramsText;
  return `{"elicitationId":"${randomUUID()}",${paramsText.slice(1)}`;
}
