import { askLine } from './ask-line.ts';

/** Whether there is somebody to ask: a terminal on both sides. */
export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks on standard error; anything but y or yes is a no. */
export async function confirm(question: string): Promise<boolean> {
  return /^y(es)?$/i.test((await askLine(`${question} [y/N] `)).trim());
}
