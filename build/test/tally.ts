import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

/** What a suite ended with. */
export interface Tally {
  readonly passed: number;
  /** By name, so that the end of a long run says what to look at. */
  readonly failed: readonly string[];
  readonly skipped: number;
}

/** The variable that tells a suite's reporter where to write its tally instead of printing a last line. */
export const TALLY_VARIABLE = 'PATCHBAY_TALLY';

export const NOTHING: Tally = { passed: 0, failed: [], skipped: 0 };

export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce(
    (all, one) => ({
      passed: all.passed + one.passed,
      failed: [...all.failed, ...one.failed],
      skipped: all.skipped + one.skipped,
    }),
    NOTHING,
  );
}

/** Leaves a suite's tally where the whole run asked for it; alone, a suite prints its own words. */
export function writeTally(tally: Tally): void {
  const path = process.env[TALLY_VARIABLE];
  if (path !== undefined) writeFileSync(path, JSON.stringify(tally));
}

/** Reads and removes the tally of a named suite; one that left none broke down, which is one failure. */
export function takeTally(suite: string, path: string, code: number): Tally {
  if (!existsSync(path)) return { ...NOTHING, failed: [`${suite}: ended without a result`] };
  const tally = JSON.parse(readFileSync(path, 'utf8')) as Tally;
  rmSync(path);
  const ended = code !== 0 && tally.failed.length === 0 ? [`ended with code ${code}`] : tally.failed;
  return { ...tally, failed: ended.map((name) => `${suite}: ${name}`) };
}

/** The closing line. */
export function lastLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed.length} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`;
}
