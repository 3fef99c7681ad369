import { FEWEST_BLOCK_BYTES, passNestedBlocks } from './nested-blocks.ts';

/**
 * Reads the outer shape of a JSON message while its bytes arrive, without parsing what is inside: where each
 * top-level member stands. The relay routes by it and pipes the rest, so that no number is respelled
 * (protocol.md section 3). Structure only: brackets, strings, commas; linear time, constant memory.
 */
export interface Range {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

export type ScanFault = 'not-an-object' | 'duplicate-member' | 'too-deep' | 'trailing-bytes' | 'malformed';

export interface Scan {
  /** Top-level members by name, as absolute byte ranges of their values. */
  readonly members: Map<string, Range>;
  complete: boolean;
  fault: ScanFault | undefined;
  /** Bytes seen so far. */
  length: number;
  maxDepth: number;
  depth: number;
  inString: boolean;
  escaped: boolean;
  expect: Expect;
  key: number[];
  keyName: string;
  valueStart: number;
}

type Expect = 'open' | 'key' | 'in-key' | 'colon' | 'value' | 'in-value' | 'comma';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MAX_KEY_BYTES = 128;
/** Bytes looked at one by one in a string before the native search takes over. */
const SHORT_RUN = 512;

/** A scan at its beginning. `maxDepth` bounds nesting (TRN-10 asks for 256 on the way in). */
export function startScan(maxDepth = Number.POSITIVE_INFINITY): Scan {
  return {
    members: new Map(),
    complete: false,
    fault: undefined,
    length: 0,
    maxDepth,
    depth: 0,
    inString: false,
    escaped: false,
    expect: 'open',
    key: [],
    keyName: '',
    valueStart: 0,
  };
}

/** Scans one whole message. */
export function scanMessage(bytes: Uint8Array, maxDepth?: number): Scan {
  const scan = startScan(maxDepth);
  scanChunk(scan, bytes);
  return scan;
}

/** Feeds the next bytes. After `complete` only white space may follow; after a fault nothing changes. */
export function scanChunk(scan: Scan, chunk: Uint8Array): void {
  const base = scan.length;
  let at = 0;
  let mayUseBlocks = true;
  while (at < chunk.length && scan.fault === undefined) {
    const isNested = scan.expect === 'in-value' && scan.depth > 1;
    if (isNested && mayUseBlocks && chunk.length - at >= FEWEST_BLOCK_BYTES) {
      at = passNestedBlocks(scan, chunk, at, scan.maxDepth);
      if (scan.depth === 1) leaveValue(scan, base + at);
      else mayUseBlocks = false;
    } else if (scan.inString) at = passString(scan, chunk, at);
    else if (isNested) at = passNested(scan, chunk, at);
    else if (scan.expect === 'in-key') at = passKey(scan, chunk, at);
    else {
      step(scan, chunk[at] as number, base + at);
      at++;
    }
  }
  scan.length = base + chunk.length;
}

/** Leaves a string at its closing quote; answers the place to go on. */
function passString(scan: Scan, chunk: Uint8Array, from: number): number {
  let at = from;
  if (scan.escaped) {
    scan.escaped = false;
    at++;
  }
  for (;;) {
    const near = Math.min(at + SHORT_RUN, chunk.length);
    while (at < near) {
      const byte = chunk[at];
      if (byte === QUOTE) {
        scan.inString = false;
        return at + 1;
      }
      at += byte === BACKSLASH ? 2 : 1;
    }
    if (at >= chunk.length) {
      scan.escaped = at > chunk.length;
      return chunk.length;
    }
    const quote = chunk.indexOf(QUOTE, at);
    const end = quote === -1 ? chunk.length : quote;
    const odd = oddBackslashesBefore(chunk, at, end);
    if (quote === -1) {
      scan.escaped = odd;
      return chunk.length;
    }
    if (!odd) {
      scan.inString = false;
      return quote + 1;
    }
    at = quote + 1;
  }
}

function oddBackslashesBefore(chunk: Uint8Array, from: number, end: number): boolean {
  let at = end - 1;
  while (at >= from && chunk[at] === BACKSLASH) at--;
  return (end - 1 - at) % 2 === 1;
}

/** Runs through nested containers until a string begins or the top level is reached again. */
function passNested(scan: Scan, chunk: Uint8Array, from: number): number {
  let depth = scan.depth;
  let at = from;
  for (; at < chunk.length; at++) {
    const byte = chunk[at];
    if (byte === QUOTE) {
      scan.inString = true;
      at++;
      break;
    }
    if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
      if (++depth > scan.maxDepth) {
        scan.fault = 'too-deep';
        break;
      }
    } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
      if (--depth === 1) {
        scan.depth = 1;
        leaveValue(scan, scan.length + at + 1);
        return at + 1;
      }
    }
  }
  scan.depth = depth;
  return at;
}

/** The bracket that ends a top-level value lies before `end`. */
function leaveValue(scan: Scan, end: number): void {
  endValue(scan, end);
  scan.expect = 'comma';
}

function passKey(scan: Scan, chunk: Uint8Array, from: number): number {
  for (let at = from; at < chunk.length; at++) {
    const byte = chunk[at] as number;
    if (scan.escaped) scan.escaped = false;
    else if (byte === BACKSLASH) scan.escaped = true;
    else if (byte === QUOTE) {
      endKey(scan);
      return at + 1;
    }
    if (scan.key.length <= MAX_KEY_BYTES) scan.key.push(byte);
  }
  return chunk.length;
}

function endKey(scan: Scan): void {
  const plain = scan.key.every((byte) => byte < 0x80);
  const raw = plain ? String.fromCharCode(...scan.key) : new TextDecoder().decode(Uint8Array.from(scan.key));
  scan.key = [];
  scan.expect = 'colon';
  scan.keyName = raw.includes('\\') ? unescapeKey(scan, raw) : raw;
}

function unescapeKey(scan: Scan, raw: string): string {
  try {
    return JSON.parse(`"${raw}"`) as string;
  } catch {
    scan.fault = 'malformed';
    return raw;
  }
}

function step(scan: Scan, byte: number, at: number): void {
  if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) {
    if (scan.expect === 'in-value' && !scan.complete) {
      endValue(scan, at);
      scan.expect = 'comma';
    }
    return;
  }
  if (scan.complete) {
    scan.fault = 'trailing-bytes';
    return;
  }
  switch (scan.expect) {
    case 'open':
      if (byte === OPEN_BRACE) {
        scan.depth = 1;
        scan.expect = 'key';
      } else scan.fault = 'not-an-object';
      return;
    case 'key':
      if (byte === QUOTE) scan.expect = 'in-key';
      else if (byte === CLOSE_BRACE && scan.members.size === 0) scan.complete = true;
      else scan.fault = 'malformed';
      return;
    case 'colon':
      if (byte === COLON) scan.expect = 'value';
      else scan.fault = 'malformed';
      return;
    case 'value':
      beginValue(scan, byte, at);
      return;
    case 'in-value':
      stepInValue(scan, byte, at);
      return;
    case 'comma':
      afterValue(scan, byte);
      return;
    default:
      scan.fault = 'malformed';
  }
}

function beginValue(scan: Scan, byte: number, at: number): void {
  scan.valueStart = at;
  scan.expect = 'in-value';
  if (byte === QUOTE) scan.inString = true;
  else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
    scan.depth = 2;
    if (scan.maxDepth < 2) scan.fault = 'too-deep';
  } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET || byte === COMMA || byte === COLON) {
    scan.fault = 'malformed';
  }
}

/** At top level inside a value: a number or literal goes on, or a string or container has just ended. */
function stepInValue(scan: Scan, byte: number, at: number): void {
  if (byte === COMMA || byte === CLOSE_BRACE) {
    endValue(scan, at);
    afterValue(scan, byte);
  } else if (byte === QUOTE || byte === OPEN_BRACE || byte === OPEN_BRACKET || byte === CLOSE_BRACKET) {
    scan.fault = 'malformed';
  }
}

function afterValue(scan: Scan, byte: number): void {
  if (byte === COMMA) scan.expect = 'key';
  else if (byte === CLOSE_BRACE) scan.complete = true;
  else scan.fault = 'malformed';
}

/** Two members of one name are refused: a first-wins and a last-wins parser would disagree (suite E25). */
function endValue(scan: Scan, end: number): void {
  if (scan.members.has(scan.keyName)) scan.fault = 'duplicate-member';
  scan.members.set(scan.keyName, { start: scan.valueStart, end });
}
