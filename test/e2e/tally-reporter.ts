import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { writeTally } from '../../build/test/tally.ts';

/** Leaves the tally of the browser tests for the whole run; a test counts by how it ended at last. */
function createTallyReporter(): Reporter {
  const ended = new Map<TestCase, TestResult['status']>();
  return {
    onTestEnd: (test: TestCase, result: TestResult) => void ended.set(test, result.status),
    onEnd: (result: FullResult) => {
      const all = [...ended];
      const skipped = all.filter(([, state]) => state === 'skipped').length;
      const passed = all.filter(([, state]) => state === 'passed').length;
      const failed = all
        .filter(([, state]) => state !== 'skipped' && state !== 'passed')
        .map(([test]) => test.title);
      const fault =
        result.status !== 'passed' && failed.length === 0 ? [`the run ended as ${result.status}`] : [];
      writeTally({ passed, failed: [...failed, ...fault], skipped });
    },
  };
}

// Playwright loads a reporter as the class that the module exports by default, and calls `new` on it.
export default createTallyReporter;
