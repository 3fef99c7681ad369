import type { FullResult, Reporter, TestCase, TestResult } from '@playwright/test/reporter';
import { writeTally } from '../../build/test/tally.ts';

/** Leaves the tally of the browser tests for the whole run; a test counts by how it ended at last. */
function createTallyReporter(): Reporter {
  const ended = new Map<string, TestResult['status']>();
  return {
    onTestEnd: (test: TestCase, result: TestResult) => void ended.set(test.id, result.status),
    onEnd: (result: FullResult) => {
      const states = [...ended.values()];
      const skipped = states.filter((state) => state === 'skipped').length;
      const passed = states.filter((state) => state === 'passed').length;
      const failed = states.length - passed - skipped;
      writeTally({ passed, failed: result.status === 'passed' ? failed : Math.max(1, failed), skipped });
    },
  };
}

// Playwright loads a reporter as the class that the module exports by default, and calls `new` on it.
export default createTallyReporter;
