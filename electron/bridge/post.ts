import type { Pool } from 'undici';
import { type HttpHandle, sendHttp } from '../backends/http/http-exchange.ts';
import type { BackendFailure } from '../backends/transport.ts';
import { MAX_MESSAGE_BYTES } from '../backends/wire/answer-check.ts';
import { createSseSplitter } from '../backends/wire/sse-splitter.ts';

export interface Posted {
  readonly status: number;
  readonly sessionId: string | undefined;
  /** Messages that could not be told at once: the body of a JSON answer or of an error. */
  readonly body: Buffer;
}

export interface PostTarget {
  readonly pool: Pool;
  readonly url: URL;
}

/**
 * Sends one message and tells every message that comes back as soon as it is whole. Resolves at the end of the answer;
 * rejects never: a connection that cannot be had is a failure with its system code.
 */
export function post(
  { pool, url }: PostTarget,
  headers: string[],
  body: Buffer,
  tell: (message: Buffer) => void,
): Promise<Posted | BackendFailure> {
  return new Promise((resolve) => {
    let status = 0;
    let sessionId: string | undefined;
    const parts: Buffer[] = [];
    const splitter = createSseSplitter(MAX_MESSAGE_BYTES, ({ data }) => {
      if (data !== undefined && data.length > 0) tell(data);
    });
    let isStream = false;
    sendHttp(
      pool,
      { backend: 'the gateway', url, method: 'POST', headers, body },
      {
        started(response) {
          status = response.status;
          sessionId = response.header('mcp-session-id');
          isStream = response.header('content-type')?.startsWith('text/event-stream') === true;
        },
        data(chunk) {
          if (isStream) splitter.push(chunk);
          else parts.push(chunk);
        },
        ended: () => resolve({ status, sessionId, body: Buffer.concat(parts) }),
        failed: resolve,
      },
    );
  });
}

/** Opens the listening stream; `ended` is told when it is over, for whatever reason. */
export function listenOnce(
  { pool, url }: PostTarget,
  headers: string[],
  tell: (message: Buffer) => void,
  ended: (status: number) => void,
): HttpHandle {
  let status = 0;
  const splitter = createSseSplitter(MAX_MESSAGE_BYTES, ({ data }) => {
    if (data !== undefined && data.length > 0) tell(data);
  });
  return sendHttp(
    pool,
    { backend: 'the gateway', url, method: 'GET', headers },
    {
      started(response) {
        status = response.status;
      },
      data(chunk) {
        if (status === 200) splitter.push(chunk);
      },
      ended: () => ended(status),
      failed: () => ended(0),
    },
  );
}
