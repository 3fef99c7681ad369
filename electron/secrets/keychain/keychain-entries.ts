import {
  formatHead,
  generationTime,
  type Head,
  parseAccount,
  parseHead,
  partAccount,
  splitValue,
  valueDigest,
} from './keychain-layout.ts';
import type { KeychainSession } from './keychain-session.ts';

/** Parts without a head are left alone for an hour: another process may just be writing them. In ms. */
const ORPHAN_AGE_MS = 3_600_000;

/** Reads one value: `null` when there is none, or when its parts are not all there (SEC-04: never a piece, never ""). */
export async function readEntry(session: KeychainSession, key: string): Promise<string | null> {
  const head = await readHead(session, key);
  if (head === undefined) return null;
  if (head.kind === 'whole') return head.value;
  const pieces: string[] = [];
  for (let index = 0; index < head.count; index += 1) {
    const piece = await session.get(partAccount(key, head.generation, index));
    if (piece === null) return null;
    pieces.push(piece);
  }
  const value = pieces.join('');
  return valueDigest(value) === head.sha256 ? value : null;
}

/**
 * Writes one value. Parts go first, under a new generation, and the head last: whenever the write stops, the head
 * leads to a complete value, the old one or the new one. Then the old parts are removed.
 */
export async function writeEntry(
  session: KeychainSession,
  key: string,
  value: string,
  generation: string,
): Promise<void> {
  const before = await readHead(session, key);
  const pieces = splitValue(value);
  if (pieces.length === 1) {
    await session.set(key, formatHead({ kind: 'whole', value }));
  } else {
    for (const [index, piece] of pieces.entries())
      await session.set(partAccount(key, generation, index), piece);
    const head: Head = { kind: 'parts', generation, count: pieces.length, sha256: valueDigest(value) };
    await session.set(key, formatHead(head));
  }
  await removeParts(session, key, before);
}

/** Removes one value, the head first: from then on nothing leads to the parts. */
export async function removeEntry(session: KeychainSession, key: string): Promise<void> {
  const before = await readHead(session, key);
  await session.delete(key);
  await removeParts(session, key, before);
}

/** Removes parts that no head leads to, left by a write or a removal that was cut short (SEC-04). How many went. */
export async function sweepOrphans(session: KeychainSession, now: number): Promise<number> {
  const current = new Map<string, string | undefined>();
  let removed = 0;
  for (const account of await session.list()) {
    const { key, generation } = parseAccount(account);
    if (generation === undefined || now - generationTime(generation) < ORPHAN_AGE_MS) continue;
    if (!current.has(key)) {
      const head = await readHead(session, key);
      current.set(key, head?.kind === 'parts' ? head.generation : undefined);
    }
    if (current.get(key) === generation) continue;
    await session.delete(account);
    removed += 1;
  }
  return removed;
}

async function readHead(session: KeychainSession, key: string): Promise<Head | undefined> {
  const text = await session.get(key);
  return text === null ? undefined : parseHead(text);
}

async function removeParts(session: KeychainSession, key: string, head: Head | undefined): Promise<void> {
  if (head?.kind !== 'parts') return;
  for (let index = 0; index < head.count; index += 1) {
    await session.delete(partAccount(key, head.generation, index));
  }
}
