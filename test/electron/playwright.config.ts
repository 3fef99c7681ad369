import { defineConfig } from '@playwright/test';

// biome-ignore lint/style/noDefaultExport: Playwright loads its settings by default export
export default defineConfig({
  testDir: '.',
  testMatch: '**/*.spec.ts',
  outputDir: '../../test-results/electron',
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['../e2e/tally-reporter.ts']],
});
