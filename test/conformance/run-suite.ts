import { runScript } from '../support/processes.ts';
import type { Suite } from './suites.ts';

export interface SuiteOutcome {
  readonly passed: boolean;
  /** The scenarios and checks that count, and what failed without counting (extensions). */
  readonly total: string;
  /** Everything that it said. */
  readonly output: string;
}

/**
 * Runs one suite against a server. No list of expected failures is given, so that every failure of a required scenario
 * fails. A run without a total counts as failed too: the suite itself may have broken down.
 */
export async function runSuite(suite: Suite, url: string): Promise<SuiteOutcome> {
  const { code, stdout, stderr } = await runScript(suite.script, ['server', '--url', url, ...suite.args]);
  const total = countOf(stdout);
  return { passed: code === 0 && total !== undefined, total: total ?? 'no result', output: stdout + stderr };
}

const SCENARIO = /^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed$/gm;
const NOT_SCORED = /^ {2}[✓✗] ([\w-]+) \([\w-]+\)$/gm;

function countOf(output: string): string | undefined {
  const unscored = new Set([...output.matchAll(NOT_SCORED)].map(([, name]) => name));
  const scenarios = [...output.matchAll(SCENARIO)].map(([, name, passed, failed]) => ({
    name,
    passed: Number(passed),
    failed: Number(failed),
  }));
  const scored = scenarios.filter(({ name }) => !unscored.has(name));
  if (scored.length === 0) return undefined;
  const sum = (of: 'passed' | 'failed'): number => scored.reduce((all, one) => all + one[of], 0);
  const aside = scenarios.filter(({ name, failed }) => unscored.has(name) && failed > 0).length;
  const note = aside === 0 ? '' : `; ${aside} scenarios that do not count failed`;
  return `${scored.length} scenarios, ${sum('passed')} checks passed, ${sum('failed')} failed${note}`;
}

/** What is worth reading of a suite that failed: the summary, or everything where there is none. */
export function summaryOf({ output }: SuiteOutcome): string {
  const at = output.indexOf('=== SUMMARY ===');
  return at === -1 ? output : output.slice(at);
}
