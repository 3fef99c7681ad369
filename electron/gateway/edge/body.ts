import type { IncomingMessage } from 'node:http';
import { bodyTooLarge, MAX_BODY_BYTES } from './admission.ts';
import type { Refusal } from './refusal.ts';

/**
 * Reads a request body up to the limit (TRN-08) and calls back once: with the bytes, with a refusal, or not at all
 * when the client went away. A callback, not a promise: it stands on the path of every call.
 */
export function readBody(
  request: IncomingMessage,
  done: (bytes: Buffer) => void,
  refuse: (refusal: Refusal) => void,
  limit: number = MAX_BODY_BYTES,
): void {
  let parts: Buffer[] = [];
  let size = 0;
  let isRefused = false;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) parts.push(chunk);
    else if (!isRefused) {
      isRefused = true;
      parts = [];
      refuse(bodyTooLarge(limit));
    }
  });
  request.on('end', () => {
    if (size > limit) return;
    done(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
  });
}
