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
    reporters: ['default', createGateReporter()],
  },
});
