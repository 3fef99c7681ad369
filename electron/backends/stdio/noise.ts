import { stripVTControlCharacters } from 'node:util';

const OPENING_BRACE = 0x7b;
const OPENING_BRACKET = 0x5b;
const SAMPLE_BYTES = 400;

/** How much noise on stdout a backend may make before it is stopped (STD-04). */
const NOISE_LIMIT = { lines: 100, withinMs: 10_000 } as const;

/** What is known of the lines that were no messages, for the backend's page. */
export interface NoiseReport {
  readonly lines: number;
  /** The latest such line, without control characters, cut short; undefined before the first. */
  readonly latest: string | undefined;
}

export interface NoiseGate {
  /** Takes one line that is no message. `skip`: go on. `stop`: the backend talks nonsense, end it. */
  reject(line: Buffer): 'skip' | 'stop';
  report(): NoiseReport;
}

/**
 * Whether a line can be a message at all: its first byte after blanks opens a JSON object or a batch.
 * Cheap, for each line; a line that passes may still fail to parse and then goes to `reject` too.
 */
export function looksLikeMessage(line: Buffer): boolean {
  const first = line[firstNonBlank(line)];
  return first === OPENING_BRACE || first === OPENING_BRACKET;
}

/**
 * Counts the lines on stdout that are no messages: banners, ANSI, log output (STD-04, protocol.md hazard 24).
 * An empty line is skipped and not counted. The limit's hundredth line within ten seconds answers `stop`.
 *
 * @param now clock in milliseconds.
 */
export function createNoiseGate(now: () => number, limit = NOISE_LIMIT): NoiseGate {
  const times: number[] = [];
  let lines = 0;
  let latest: string | undefined;

  function reject(line: Buffer): 'skip' | 'stop' {
    if (firstNonBlank(line) === line.length) return 'skip';
    lines += 1;
    latest = readable(line);
    const time = now();
    times.push(time);
    if (times.length > limit.lines) times.shift();
    const oldest = times[0] ?? time;
    return times.length === limit.lines && time - oldest < limit.withinMs ? 'stop' : 'skip';
  }

  return { reject, report: () => ({ lines, latest }) };
}

function firstNonBlank(line: Buffer): number {
  let index = 0;
  while (index < line.length && isBlank(line[index])) index += 1;
  return index;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

function readable(line: Buffer): string {
  const text = stripVTControlCharacters(line.subarray(0, SAMPLE_BYTES).toString('utf8'));
  return text.replace(/\p{Cc}/gu, ' ').trim();
}
