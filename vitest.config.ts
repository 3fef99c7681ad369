import { defineConfig } from 'vitest/config';
import { createGateReporter } from './test/requirements/gate-reporter.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'forks',
    fileParallelism: true,
    maxWorkers: 2,
    // A test that passes only at its second try is listed as such; more than that is a failure.
    retry: process.env.CI === 'true' ? 1 : 0,
    reporters: ['default', createGateReporter()],
  },
});
