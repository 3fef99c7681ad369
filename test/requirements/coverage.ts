import type { Part, RequirementRow } from './requirement.ts';

/** One test as it ended. */
export interface TestOutcome {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
}

export interface Coverage {
  /** Of the parts that are built, those that no passed test names. */
  readonly uncovered: readonly RequirementRow[];
  /** Named by a test, yet no requirement: a slip of the pen. */
  readonly unknown: readonly string[];
}

/** The ids in front of a test's name, as `verifies` writes them: `[B01 CFG-04] accepts an empty list`. */
export function namedIds(name: string): readonly string[] {
  const ids = /^\[([A-Z]+-?\d{2}(?: [A-Z]+-?\d{2})*)\] /.exec(name)?.[1];
  return ids?.split(' ') ?? [];
}

/** Holds what the tests named against what is built. */
export function coverageOf(
  outcomes: readonly TestOutcome[],
  requirements: readonly RequirementRow[],
  built: readonly Part[],
): Coverage {
  const passed = new Set(
    outcomes.filter(({ state }) => state === 'passed').flatMap(({ name }) => namedIds(name)),
  );
  const known = new Set(requirements.map(([id]) => id));
  const named = new Set(outcomes.flatMap(({ name }) => namedIds(name)));
  return {
    uncovered: requirements.filter(([id, part]) => built.includes(part) && !passed.has(id)),
    unknown: [...named].filter((id) => !known.has(id)),
  };
}
