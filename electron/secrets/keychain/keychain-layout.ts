import { createHash } from 'node:crypto';

/**
 * Bytes in one entry. Windows holds at most 2,560 (CRED_MAX_CREDENTIAL_BLOB_SIZE) in one credential and says only "the
 * stub received bad data" beyond it; the same layout is used everywhere, so that it is tested everywhere.
 */
export const ENTRY_BYTES = 2_400;

/** The largest secret, in bytes of UTF-8; more breaks bus connections long before it helps anybody (SEC-03). */
export const MAX_SECRET_BYTES = 64 * 1024;

/** What the entry under the secret's own name says: the value itself, or where its parts are. */
export type Head =
  | { readonly kind: 'whole'; readonly value: string }
  | { readonly kind: 'parts'; readonly generation: string; readonly count: number; readonly sha256: string };

/** Cuts a text into pieces of at most `ENTRY_BYTES` bytes of UTF-8, never within a character. */
export function splitValue(value: string): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  for (const character of value) {
    const size = Buffer.byteLength(character);
    if (bytes + size > ENTRY_BYTES) {
      pieces.push(piece);
      piece = '';
      bytes = 0;
    }
    piece += character;
    bytes += size;
  }
  return piece === '' ? pieces : [...pieces, piece];
}

// One leading character tells the two kinds apart, whatever the value begins with.
const WHOLE = '=';
const PARTS = '+';

/** The text of a head entry. */
export function formatHead(head: Head): string {
  if (head.kind === 'whole') return WHOLE + head.value;
  return `${PARTS}${head.generation} ${head.count} ${head.sha256}`;
}

/** Reads a head entry; `undefined` for a text that this product did not write. */
export function parseHead(text: string): Head | undefined {
  if (text.startsWith(WHOLE) && text.length > 1) return { kind: 'whole', value: text.slice(1) };
  const match = /^\+([a-z0-9]+-[a-z0-9]+) ([1-9]\d?) ([0-9a-f]{64})$/.exec(text);
  if (match === null) return undefined;
  const [, generation = '', count, sha256 = ''] = match;
  return { kind: 'parts', generation, count: Number(count), sha256 };
}

/** The account name of one part. `#` is percent-encoded in secret keys, so it separates for certain. */
export function partAccount(key: string, generation: string, index: number): string {
  return `${key}#${generation}.${index}`;
}

/** What an account name stands for; `generation` only for a part. */
export function parseAccount(account: string): { readonly key: string; readonly generation?: string } {
  const [key = '', rest] = account.split('#');
  const generation = rest?.split('.')[0];
  return generation === undefined ? { key } : { key, generation };
}

/** A name for one written set of parts that carries when it was begun. `random` is a few letters or digits. */
export function newGeneration(now: number, random: string): string {
  return `${now.toString(36)}-${random}`;
}

/** When a set of parts was begun, in ms since 1970; 0 for a name that is none. */
export function generationTime(generation: string): number {
  const time = Number.parseInt(generation.split('-')[0] ?? '', 36);
  return Number.isFinite(time) ? time : 0;
}

/** Tells whether parts belong together and are complete. */
export function valueDigest(value: string): string {
  return createHash('sha256').update(value, 'utf8').digest('hex');
}
