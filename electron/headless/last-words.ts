import { stripVTControlCharacters } from 'node:util';
import type { LogHub } from '../log/create-log.ts';
import { visibleText } from '../log/visible-text.ts';
import { EXIT, warn } from './output.ts';

/** How long the log may take to reach the disk, in ms. */
const LAST_WORDS_MS = 1_000;

/**
 * Tells a fault that nobody caught, and ends the process with 1: in what state it is, nobody knows. Node itself would
 * print the error as it is, whatever it quotes: a secret (SEC-05), or words of a backend that act on a terminal
 * (SEC-09). Processes of backends end with this one (STD-10).
 */
export function reportLastWords({ log, close }: LogHub, scrub: (text: string) => string): Disposable {
  const report = (fault: unknown): void => {
    const stack = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    log.error('a fault that nobody caught ends the gateway', { stack });
    warn(scrub(stack).split('\n').map(inert).join('\n'));
    const end = (): void => process.exit(EXIT.problems);
    setTimeout(end, LAST_WORDS_MS);
    close().then(end, end);
  };
  process.on('uncaughtException', report);
  return { [Symbol.dispose]: () => void process.off('uncaughtException', report) };
}

/** One line as a terminal may have it. */
function inert(line: string): string {
  return visibleText(stripVTControlCharacters(line)).replace(/\p{Cc}/gu, ' ');
}
