import type { ServerResponse } from 'node:http';

/** How an answer is cut on its way out. */
export interface Splitting {
  /** Byte positions at which the answer is cut into separate writes. */
  readonly at: readonly number[];
  /** Awaited before each piece but the first: a latch of the test; by default the next turn of the event loop. */
  readonly gate?: (piece: number) => Promise<void>;
}

/** Writes bytes whole or in pieces; each piece is handed to the kernel before the next begins. */
export async function writePieces(
  response: ServerResponse,
  bytes: Buffer,
  splitting?: Splitting,
): Promise<void> {
  const cuts = [0, ...(splitting?.at ?? []).filter((cut) => cut > 0 && cut < bytes.length), bytes.length];
  for (let piece = 0; piece + 1 < cuts.length; piece += 1) {
    if (piece > 0) await (splitting?.gate?.(piece) ?? new Promise((resolve) => setImmediate(resolve)));
    // The peer may have left; then there is no one to write to.
    if (response.destroyed) return;
    await new Promise<void>((resolve) =>
      response.write(bytes.subarray(cuts[piece], cuts[piece + 1]), () => resolve()),
    );
  }
}

/** The bytes of one server-sent event that carries a message. */
export function sseEvent(text: string, id?: string): Buffer {
  return Buffer.from(`event: message\n${id === undefined ? '' : `id: ${id}\n`}data: ${text}\n\n`);
}

/** A complete HTTP answer that a test puts in place of the honest one. */
export interface Interception {
  readonly status: number;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string;
}

/** Sends an interception. */
export function sendInterception(response: ServerResponse, { status, headers, body }: Interception): void {
  response.writeHead(status, headers).end(body);
}
