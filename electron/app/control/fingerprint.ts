import { createHmac, randomBytes } from 'node:crypto';

/** Tells values apart without telling them: HMAC-SHA-256 with a key of this run, 8 hexadecimal digits (contract 1.6). */
export type Fingerprint = (value: string) => string;

const DIGITS = 8;

/** Makes the fingerprints of one run; nothing outlives it. `value` is taken byte by byte as latin1 or as UTF-8 text. */
export function createFingerprint(): Fingerprint {
  const key = randomBytes(32);
  return (value) => createHmac('sha256', key).update(value, 'utf8').digest('hex').slice(0, DIGITS);
}
