import { join, relative } from 'node:path';
import { runScript } from '../support/processes.ts';
import type { Driver } from './serve-driver.ts';

const root = join(import.meta.dirname, '../..');
const referee = join(root, 'node_modules/@modelcontextprotocol/conformance/dist/index.js');
// The referee splits the command at blanks: a path relative to the folder that it is started in has none.
const client = relative(root, join(import.meta.dirname, 'ask-driver.ts'));

/** The revisions whose requirements are run; each scenario runs on the wire of its revision. */
export const REVISIONS = ['2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof REVISIONS)[number];

export interface ScenarioOutcome {
  readonly passed: boolean;
  /** As the referee counts them: `Passed: 14/14, 0 failed, 0 warnings`. */
  readonly checks: string;
  readonly output: string;
}

/** For one scenario; generous, since a busy machine is no fault of the client. In ms. */
const LIMIT_MS = 90_000;
const REQUIRED_END = 'Run and reported, but never scored';

/** The auth scenarios for clients that a revision requires, as the referee lists them. Throws where it lists none. */
export async function requiredScenarios(revision: Revision): Promise<readonly string[]> {
  const { stdout } = await runScript(referee, ['list', '--client', '--requirements', revision], {
    cwd: root,
  });
  const [required = ''] = stdout.split(REQUIRED_END);
  const names = [...required.matchAll(/^ {2}- (auth\/\S+)$/gm)].map(([, name = '']) => name);
  if (names.length === 0) throw new Error(`the referee lists no auth scenario of ${revision}`);
  return names;
}

/**
 * Runs one scenario against the gateway. A warning (a SHOULD that is not kept) fails it as well, and so does an ending
 * that the scenario does not allow for.
 */
export async function runScenario(
  driver: Driver,
  scenario: string,
  revision: Revision,
): Promise<ScenarioOutcome> {
  const command = `"${process.execPath}" ${client}`;
  const limit = ['--timeout', String(LIMIT_MS)];
  const args = ['client', '--scenario', scenario, '--spec-version', revision, '--command', command, ...limit];
  const env = { DRIVER: driver.path };
  const { code, stdout, stderr } = await runScript(referee, args, { cwd: root, env });
  const output = stdout + stderr;
  const checks = /^Passed: .*$/m.exec(output)?.[0];
  const passed = code === 0 && checks !== undefined && output.includes('OVERALL: PASSED');
  return { passed, checks: checks ?? 'no result', output };
}
