import { type FoldedName, foldName, type HeaderName } from './name.ts';
import { findRestriction } from './restricted.ts';
import { MAX_CAPTURED_BYTES, MAX_VALUE_BYTES, normaliseCapturedValue } from './value.ts';

export interface CapturedHeader {
  /** The allowlist's spelling: the one that is sent. */
  readonly name: HeaderName;
  /** One character per byte (latin1), outer blanks removed. */
  readonly value: string;
  readonly bytes: number;
}

export interface Capture {
  /** In the order of the allowlist. */
  readonly captured: readonly CapturedHeader[];
  /** Listed, but named by the request's Connection header and therefore hop by hop (PAS-13). */
  readonly droppedByConnection: readonly FoldedName[];
  /** Names as sent that a user might want to allow. Never values. */
  readonly seenNotAllowed: readonly string[];
  /** Set when a limit of threats.md 5.2 is passed; nothing is captured then (431, PAS-11). */
  readonly fault?: { readonly kind: 'value-too-large' | 'sum-too-large'; readonly name: HeaderName };
}

/** The one answer for an empty allowlist: no capture layer, no work (B01, B18). */
export const NOTHING_CAPTURED: Capture = Object.freeze({
  captured: Object.freeze([]),
  droppedByConnection: Object.freeze([]),
  seenNotAllowed: Object.freeze([]),
});

/** What a later request does differently under a listed name. Never its value. */
export type DriftKind = 'another-value' | 'missing' | 'added';

export interface Drift {
  readonly name: HeaderName;
  readonly kind: DriftKind;
}

const NO_DRIFT: readonly Drift[] = Object.freeze([]);

/**
 * Captures the listed headers of the request that opens a session. Pure; `rawHeaders` is Node's raw list
 * (name, value, name, value), so that repeated lines are seen: they are joined with `, ` in order
 * (RFC 9110 section 5.3). Empty lines count as absent.
 */
export function captureHeaders(rawHeaders: readonly string[], allowlist: readonly HeaderName[]): Capture {
  if (allowlist.length === 0) return NOTHING_CAPTURED;
  const { values, nominated } = readListed(rawHeaders, allowlist);
  const captured: CapturedHeader[] = [];
  const droppedByConnection: FoldedName[] = [];
  const seenNotAllowed = namesNotAllowed(rawHeaders, allowlist);
  let sum = 0;
  for (const [folded, name] of indexOf(allowlist)) {
    const value = values.get(folded);
    if (value === undefined) continue;
    if (nominated?.has(folded)) {
      droppedByConnection.push(folded);
      continue;
    }
    sum += value.length;
    const kind = value.length > MAX_VALUE_BYTES ? 'value-too-large' : 'sum-too-large';
    if (value.length > MAX_VALUE_BYTES || sum > MAX_CAPTURED_BYTES) {
      return { captured: [], droppedByConnection, seenNotAllowed, fault: { kind, name } };
    }
    captured.push({ name, value, bytes: value.length });
  }
  return { captured, droppedByConnection, seenNotAllowed };
}

/**
 * The names whose value in a later request differs from what the session captured, and how: changed, added or
 * missing (contract 1.3). Runs on every request; costs nothing with an empty allowlist.
 */
export function differsFromCaptured(
  rawHeaders: readonly string[],
  allowlist: readonly HeaderName[],
  captured: readonly CapturedHeader[],
): readonly Drift[] {
  if (allowlist.length === 0) return NO_DRIFT;
  const { values, nominated } = readListed(rawHeaders, allowlist);
  const differing: Drift[] = [];
  for (const [folded, name] of indexOf(allowlist)) {
    const now = nominated?.has(folded) ? undefined : values.get(folded);
    const then = captured.find((header) => header.name === name)?.value;
    if (now !== then) differing.push({ name, kind: driftKind(then, now) });
  }
  return differing;
}

function driftKind(then: string | undefined, now: string | undefined): DriftKind {
  if (then === undefined) return 'added';
  return now === undefined ? 'missing' : 'another-value';
}

// Clients and runtimes add these on their own; nobody would want to allow them.
const NOISE: ReadonlySet<string> = new Set(['user-agent', 'cache-control', 'pragma', 'priority']);

/**
 * The names in a request that are not listed and that a user might want to allow: neither restricted nor sent by
 * every runtime. As sent, each once. Its own function, since it is also wanted while the allowlist is empty.
 */
export function namesNotAllowed(
  rawHeaders: readonly string[],
  allowlist: readonly HeaderName[],
): readonly string[] {
  const listed = indexOf(allowlist);
  const seen = new Map<FoldedName, string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] as string;
    const folded = foldName(name);
    if (seen.has(folded) || listed.has(folded) || NOISE.has(folded)) continue;
    if (findRestriction(folded, 'passthrough') === undefined) seen.set(folded, name);
  }
  return [...seen.values()];
}

interface Listed {
  readonly values: ReadonlyMap<FoldedName, string>;
  /** Names that the Connection header makes hop by hop; undefined where it names none. */
  readonly nominated: ReadonlySet<string> | undefined;
}

function readListed(rawHeaders: readonly string[], allowlist: readonly HeaderName[]): Listed {
  const listed = indexOf(allowlist);
  const values = new Map<FoldedName, string>();
  let nominated: Set<string> | undefined;
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const folded = foldName(rawHeaders[at] as string);
    if (folded === 'connection') nominated = nominate(rawHeaders[at + 1] as string, nominated);
    if (!listed.has(folded)) continue;
    const value = normaliseCapturedValue(rawHeaders[at + 1] as string);
    if (value === undefined) continue;
    const before = values.get(folded);
    values.set(folded, before === undefined ? value : `${before}, ${value}`);
  }
  return { values, nominated };
}

function nominate(value: string, before: Set<string> | undefined): Set<string> {
  const names = before ?? new Set<string>();
  for (const part of value.split(',')) names.add(part.trim().toLowerCase());
  return names;
}

const indexes = new WeakMap<readonly HeaderName[], ReadonlyMap<FoldedName, HeaderName>>();

// One index per list object, since a list is replaced and never changed in place. Restricted names are left out
// once more: the second guard of contract section 1.
function indexOf(allowlist: readonly HeaderName[]): ReadonlyMap<FoldedName, HeaderName> {
  const known = indexes.get(allowlist);
  if (known !== undefined) return known;
  const index = new Map<FoldedName, HeaderName>();
  for (const name of allowlist) {
    if (findRestriction(name, 'passthrough') === undefined) index.set(foldName(name), name);
  }
  indexes.set(allowlist, index);
  return index;
}
