import { defineConfig } from 'vitest/config';
import { createGateReporter } from './test/requirements/gate-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // For what hangs; on a machine with much else to do, an honest test may take half of it.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    fileParallelism: true,
    maxWorkers: 2,
    // A test that passes only at its second try is listed as such; more than that is a failure.
    retry: process.env.CI === 'true' ? 1 : 0,
    reporters: ['default', createGateReporter()],
  },
});
