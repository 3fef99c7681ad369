import { defineConfig } from '@playwright/test';
import { CHROMIUM_FLAGS, chromiumPath } from './test/support/chromium.ts';

export default defineConfig({
  testDir: 'test/e2e',
  testMatch: '**/*.spec.ts',
  globalSetup: './test/e2e/build-window.ts',
  outputDir: 'test-results/e2e',
  fullyParallel: true,
  workers: 2,
  retries: process.env.CI === 'true' ? 1 : 0,
  // For what hangs; on a machine with much else to do, an honest test may take half of it.
  timeout: 180_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['./test/e2e/tally-reporter.ts']],
  use: {
    viewport: { width: 1280, height: 800 },
    // A trace of every test costs a quarter of the time.
    trace: process.env.CI === 'true' ? 'on-first-retry' : 'retain-on-failure',
    launchOptions: { executablePath: chromiumPath(), args: [...CHROMIUM_FLAGS] },
  },
});
