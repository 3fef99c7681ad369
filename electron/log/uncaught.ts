import { stripVTControlCharacters } from 'node:util';
import type { Log } from './log.ts';
import { visibleText } from './visible-text.ts';

/**
 * Logs faults that nobody caught and hands their words on, clean. Node and Electron themselves would print or show the
 * error as it is, whatever it quotes: a secret (SEC-05), or words of a backend that act on a terminal (SEC-09).
 *
 * @param told decides what happens next; with this listener the process goes on by itself.
 */
export function watchUncaught(
  log: Log,
  scrub: (text: string) => string,
  told: (stack: string) => void,
): Disposable {
  const report = (fault: unknown): void => {
    const stack = fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
    log.error('a fault that nobody caught', { stack });
    told(scrub(stack).split('\n').map(inert).join('\n'));
  };
  process.on('uncaughtException', report);
  return { [Symbol.dispose]: () => void process.off('uncaughtException', report) };
}

/** One line as a terminal may have it. */
function inert(line: string): string {
  return visibleText(stripVTControlCharacters(line)).replace(/\p{Cc}/gu, ' ');
}
