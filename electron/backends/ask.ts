import { randomBytes } from 'node:crypto';
import type { ErrorCode } from '../../shared/errors/codes.ts';
import type { Principal } from '../../shared/identity/principal.ts';
import { hasMoreValues } from '../../shared/json/value-count.ts';
import { RPC } from '../../shared/mcp/protocol.ts';
import { failure, faultyAnswer } from './failure.ts';
import { holdAnswer } from './held-answer.ts';
import type {
  AnswerReceiver,
  BackendFailure,
  InboundMessage,
  RequestHandle,
  Transport,
} from './transport.ts';
import { MAX_PARSED_VALUES } from './wire/answer-check.ts';

/** The answer to a request of the gateway's own. */
export type Asked =
  | { readonly ok: true; readonly result: unknown; readonly bytes: Buffer }
  | { readonly ok: false; readonly failure: BackendFailure };

export interface AskTarget {
  readonly backend: string;
  readonly transport: Transport;
  /** Takes what the backend says on the way to its answer. */
  readonly related: (message: InboundMessage) => void;
}

// Our own ids carry a prefix that no client can know, so they never meet a client's id on a shared wire.
const PREFIX = `patchbay-${randomBytes(6).toString('hex')}`;
let counter = 0;

/**
 * Sends one request of our own and waits for the whole answer. An error answer becomes a failure that carries the
 * backend's code; `timeoutMs` is a hard limit. `enveloped` where the params bring a modern client's own envelope: then
 * the answer is the backend's as it is, too.
 */
export function ask(
  { backend, transport, related }: AskTarget,
  method: string,
  paramsText: string | undefined,
  caller: Principal,
  timeoutMs: number,
  enveloped = false,
): Promise<Asked> {
  const idText = JSON.stringify(`${PREFIX}-${++counter}`);
  const params = paramsText === undefined ? '' : `,"params":${paramsText}`;
  const bytes = Buffer.from(`{"jsonrpc":"2.0","id":${idText},"method":${JSON.stringify(method)}${params}}`);
  return new Promise((resolve) => {
    let handle: RequestHandle | undefined;
    const timer = setTimeout(() => {
      handle?.abandon();
      settle({ ok: false, failure: timedOut(backend, method, timeoutMs) });
    }, timeoutMs);
    timer.unref();
    const settle = (asked: Asked): void => {
      clearTimeout(timer);
      resolve(asked);
    };
    handle = transport.request(
      { idText, method, bytes, caller, enveloped },
      collector(backend, related, settle),
    );
  });
}

function timedOut(backend: string, method: string, timeoutMs: number): BackendFailure {
  const code: ErrorCode = 'backend.timeout';
  return failure(code, `${backend} did not answer ${method} within ${timeoutMs / 1000} s`, {
    rpcCode: RPC.timeout,
  });
}

function collector(
  backend: string,
  related: (message: InboundMessage) => void,
  settle: (asked: Asked) => void,
): AnswerReceiver {
  return holdAnswer({
    related,
    answer: (bytes) => settle(read(backend, bytes)),
    failed: (fault) => settle({ ok: false, failure: fault }),
  });
}

function read(backend: string, bytes: Buffer): Asked {
  if (hasMoreValues(bytes, MAX_PARSED_VALUES)) {
    const why = `sent an answer of more than ${MAX_PARSED_VALUES} values`;
    return { ok: false, failure: faultyAnswer(backend, why, 'backend.answer-too-large') };
  }
  let message: { result?: unknown; error?: { code?: unknown } };
  try {
    message = JSON.parse(bytes.toString('utf8')) as typeof message;
  } catch {
    return {
      ok: false,
      failure: failure('backend.faulty-answer', `${backend} sent broken JSON`, { rpcCode: RPC.internal }),
    };
  }
  if ('result' in message) return { ok: true, result: message.result, bytes };
  const code = typeof message.error?.code === 'number' ? message.error.code : 'unknown';
  const refused = failure('backend.faulty-answer', `${backend} answered with error ${code}`);
  return { ok: false, failure: { ...refused, answered: true } };
}
