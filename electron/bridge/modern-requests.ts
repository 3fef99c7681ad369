import { idKey } from '../../shared/json/id-key.ts';
import { memberOf } from '../../shared/json/member-of.ts';
import { scanMessage } from '../../shared/json/scan.ts';
import { MODERN_RPC } from '../../shared/mcp/modern.ts';
import { createMirroredHeaders } from '../backends/modern/mirrored-headers.ts';
import { answerOf, errorFor } from './answers.ts';
import { cancelledId, type ModernMessage, readModernMessage } from './modern-message.ts';
import type { Posted } from './post.ts';

/** What is particular about the sending of one modern message. */
export interface ModernSending {
  /** Headers that repeat the message, name and value in turn. */
  readonly headers: readonly string[];
  readonly signal: AbortSignal;
}

export interface ModernRequestsOptions {
  /** Sends with patience, without a session; a text says why nothing came back. */
  readonly send: (
    message: Buffer,
    tell: (message: Buffer) => void,
    modern: ModernSending,
  ) => Promise<Posted | string>;
  /** Writes one message to the client. */
  readonly tell: (message: Buffer) => void;
}

/** Carries the messages of a client of 2026-07-28, which knows no session. */
export interface ModernRequests {
  /** Takes a message of that era, or a cancellation of a request of it; `undefined` for any other message. */
  take(message: Buffer): Promise<void> | undefined;
}

const LIST_ID = '"patchbay-bridge-tools"';
const MAX_PAGES = 20;

/**
 * The stdio wire has no headers, and giving a call up is a notification there; over HTTP the headers repeat the body, and
 * the request is closed (2026-07-28, transports). Which arguments of a tool a header repeats, its list says.
 */
export function createModernRequests({ send, tell }: ModernRequestsOptions): ModernRequests {
  const mirrored = createMirroredHeaders();
  const running = new Map<string, AbortController>();

  function headersOf(message: ModernMessage): string[] {
    return [['MCP-Protocol-Version', message.version] as const, ...mirrored.of(message)].flat();
  }

  /** Reads anew which headers the tools want: a client without a session may call before it has listed. */
  async function learn({ version, envelopeText }: ModernMessage, signal: AbortSignal): Promise<void> {
    let cursor: unknown;
    for (let page = 0; page < MAX_PAGES; page++) {
      const from = cursor === undefined ? '' : `"cursor":${JSON.stringify(cursor)},`;
      const text = `{"jsonrpc":"2.0","id":${LIST_ID},"method":"tools/list","params":{${from}"_meta":${envelopeText}}}`;
      const list = { bytes: Buffer.from(text), method: 'tools/list', idText: LIST_ID, version, envelopeText };
      const posted = await send(list.bytes, () => undefined, { headers: headersOf(list), signal });
      if (typeof posted === 'string' || posted.status !== 200) return;
      mirrored.learn(posted.body);
      cursor = memberOf(memberOf(JSON.parse(posted.body.toString('utf8')), 'result'), 'nextCursor');
      if (typeof cursor !== 'string') return;
    }
  }

  async function deliver(
    message: ModernMessage,
    idText: string,
    signal: AbortSignal,
    mayLearn: boolean,
  ): Promise<void> {
    let isAnswered = false;
    const pass = (bytes: Buffer): void => {
      if (signal.aborted || isAnswered) return;
      isAnswered = !scanMessage(bytes).members.has('method');
      if (isAnswered && message.method === 'tools/list') mirrored.learn(bytes);
      tell(bytes);
    };
    const posted = await send(message.bytes, pass, { headers: headersOf(message), signal });
    if (typeof posted === 'string') pass(errorFor(idText, posted));
    else if (mayLearn && message.method === 'tools/call' && wantsOtherHeaders(posted)) {
      await learn(message, signal);
      await deliver(message, idText, signal, false);
    } else if (posted.body.length > 0) pass(answerOf(posted, idText));
    else pass(errorFor(idText, 'The gateway ended its answer before it was complete.'));
  }

  async function request(message: ModernMessage, idText: string): Promise<void> {
    const key = idKey(idText);
    const abort = new AbortController();
    running.set(key, abort);
    try {
      await deliver(message, idText, abort.signal, true);
    } finally {
      if (running.get(key) === abort) running.delete(key);
    }
  }

  /** A notification has no answer; what the gateway says to it is nobody's. */
  async function notify(message: ModernMessage): Promise<void> {
    const { signal } = new AbortController();
    await send(message.bytes, () => undefined, { headers: headersOf(message), signal });
  }

  return {
    take(bytes) {
      const cancelled = cancelledId(bytes);
      const abort = cancelled === undefined ? undefined : running.get(idKey(cancelled));
      if (abort !== undefined) {
        abort.abort();
        return Promise.resolve();
      }
      const message = readModernMessage(bytes);
      if (message === undefined) return undefined;
      // Of a request that is over already.
      if (cancelled !== undefined) return Promise.resolve();
      return message.idText === undefined ? notify(message) : request(message, message.idText);
    },
  };
}

/** Whether a call was turned away for its headers, before anybody acted upon it. */
function wantsOtherHeaders({ status, body }: Posted): boolean {
  return status === 400 && body.includes(String(MODERN_RPC.headerMismatch));
}
