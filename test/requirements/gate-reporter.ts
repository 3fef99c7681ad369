import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule, Vitest } from 'vitest/node';
import { lastLine, TALLY_VARIABLE, type Tally } from '../../build/test/tally.ts';
import { type Coverage, coverageOf, type TestOutcome } from './coverage.ts';
import { BUILT, REQUIREMENTS } from './requirements.ts';

/**
 * Prints the last line of a run, `N passed, N failed`, and after a whole run the requirements that no passed test
 * names; each of them counts as one failure. A run of some files or names only is not held to the gate.
 */
export function createGateReporter(): Reporter {
  let vitest: Vitest | undefined;
  return {
    onInit(started) {
      vitest = started;
    },
    async onTestRunEnd(modules, errors) {
      const outcomes = modules.flatMap(outcomesOf);
      const broken = [
        ...modules.filter((module) => module.errors().length > 0).map((module) => module.relativeModuleId),
        ...errors.map((error) => error.message),
      ];
      const coverage = (await isWholeRun(vitest, modules.length))
        ? coverageOf(outcomes, REQUIREMENTS, BUILT)
        : { uncovered: [], unknown: [] };
      const gaps = gapsOf(coverage);
      if (gaps.length > 0) process.exitCode = 1;
      // At the very end: other reporters have their say after this call, and the line must be the last one.
      process.once('exit', () => {
        for (const gap of gaps) process.stdout.write(`${gap}\n`);
        const tally = tallyOf(outcomes, [...broken, ...gaps]);
        const path = process.env[TALLY_VARIABLE];
        if (path === undefined) process.stdout.write(lastLine(tally));
        else writeFileSync(path, JSON.stringify(tally));
      });
    },
  };
}

function outcomesOf(module: TestModule): TestOutcome[] {
  return [...module.children.allTests()].map((test) => ({ name: test.name, state: test.result().state }));
}

/** All files there are, and no test left out by its name. */
async function isWholeRun(vitest: Vitest | undefined, ran: number): Promise<boolean> {
  if (vitest === undefined || vitest.config.testNamePattern !== undefined) return false;
  return (await vitest.globTestSpecifications()).length <= ran;
}

function gapsOf({ uncovered, unknown }: Coverage): string[] {
  return [
    ...uncovered.map(([id, , sentence]) => `not covered by a passed test: ${id} ${sentence}`),
    ...unknown.map((id) => `named by a test, but no requirement: ${id}`),
  ];
}

function tallyOf(outcomes: readonly TestOutcome[], others: readonly string[]): Tally {
  const ended = (state: TestOutcome['state']) => outcomes.filter((one) => one.state === state);
  return {
    passed: ended('passed').length,
    failed: [...ended('failed').map(({ name }) => name), ...others],
    skipped: ended('skipped').length,
  };
}
