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
): void {
  let parts: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) parts.push(chunk);
    else if (parts.length > 0) {
      parts = [];
      refuse(bodyTooLarge());
    }
  });
  request.on('end', () => {
    if (size > MAX_BODY_BYTES) return;
    done(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts));
  });
}
