// `npm run test:auth-conformance`: every sign-in scenario that 2025-11-25 and 2026-07-28 require of a client, with the
// gateway as the client. Nothing is expected to fail. `--only <word>` runs the scenarios whose line holds the word.

import {
  REVISIONS,
  requiredScenarios,
  runScenario,
  type ScenarioOutcome,
} from '../test/auth-conformance/run-scenario.ts';
import { serveDriver } from '../test/auth-conformance/serve-driver.ts';
import { writeTally } from './test/tally.ts';

/** A scenario is mostly the start of its referee. */
const AT_ONCE = 3;
const LAST_WORDS = 4_000;

const word = process.argv[2] === '--only' ? (process.argv[3] ?? '') : '';
const listed = await Promise.all(
  REVISIONS.map(async (revision) =>
    (await requiredScenarios(revision)).map((scenario) => ({ revision, scenario })),
  ),
);
const work = listed.flat().filter(({ revision, scenario }) => `${revision} ${scenario}`.includes(word));
await using driver = await serveDriver();
const outcomes = new Map<number, ScenarioOutcome>();
let next = 0;
let told = 0;

async function worker(): Promise<void> {
  for (let index = next++; index < work.length; index = next++) {
    const { scenario, revision } = work[index]!;
    outcomes.set(index, await runScenario(driver, scenario, revision));
    tell();
  }
}

/** Lines come in the order of the lists, however the scenarios end. */
function tell(): void {
  for (let outcome = outcomes.get(told); outcome !== undefined; outcome = outcomes.get(told)) {
    const { scenario, revision } = work[told++]!;
    process.stdout.write(
      `${outcome.passed ? 'ok    ' : 'FAILED'} ${revision} ${scenario}: ${outcome.checks}\n`,
    );
    if (!outcome.passed) process.stdout.write(`${outcome.output.slice(-LAST_WORDS)}\n`);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, worker));
const failed = work
  .filter((_, index) => outcomes.get(index)?.passed !== true)
  .map(({ revision, scenario }) => `${revision} ${scenario}`);
const passed = work.length - failed.length;
process.stdout.write(`conformance of sign-in: ${passed} of ${work.length} scenarios passed\n`);
writeTally({ passed, failed, skipped: 0 });
process.exitCode = failed.length === 0 && work.length > 0 ? 0 : 1;
