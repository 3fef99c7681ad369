import type { LogHub } from '../log/create-log.ts';
import { watchUncaught } from '../log/uncaught.ts';
import { EXIT, warn } from './output.ts';

/** How long the log may take to reach the disk, in ms. */
const LAST_WORDS_MS = 1_000;

/**
 * Tells a fault that nobody caught, and ends the process with 1: in what state it is, nobody knows, and whoever started
 * it can start it again. Processes of backends end with this one (STD-10).
 */
export function reportLastWords(hub: LogHub, scrub: (text: string) => string): Disposable {
  return watchUncaught(hub.log, scrub, (stack) => {
    warn(stack);
    const end = (): void => process.exit(EXIT.problems);
    setTimeout(end, LAST_WORDS_MS);
    hub.close().then(end, end);
  });
}
