import { test as base, expect, type Page } from '@playwright/test';
import { startUiHost, type UiHost } from '../../../electron/headless/ui-host/start-ui-host.ts';
import { SILENT_LOG } from '../../../electron/log/log.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { startTestControl, type TestControl } from '../../support/control.ts';
import { watchFaults } from '../window.ts';
import { WINDOW_FOLDER } from '../window-folder.ts';

interface Fixtures {
  /** A real MCP backend over HTTP; its request log is what left for it. */
  readonly backend: PlainBackend;
  /** The real gateway with its control API. */
  readonly running: TestControl;
  readonly uiHost: UiHost;
  /** The built window over both. */
  readonly window: Page;
}

/** A test in which everything is real: window, host, gateway, backend, client. */
export const test = base.extend<Fixtures>({
  backend: async ({ browserName: _ }, use) => {
    const backend = await startPlainBackend({});
    await use(backend);
    await backend.close();
  },
  running: async ({ backend }, use) => {
    const running = await startTestControl({
      config: {
        passthroughHeaders: ['X-Mcp-Api-Key'],
        backends: { billing: { type: 'http', url: backend.url, headers: { 'X-Region': 'eu' } } },
      },
      tokens: ['cursor'],
    });
    await use(running);
    expect(running.defects, 'defects of the host').toEqual([]);
    await running[Symbol.asyncDispose]();
  },
  uiHost: async ({ running }, use) => {
    const host = await startUiHost({
      control: running.control,
      folder: WINDOW_FOLDER,
      port: 0,
      log: SILENT_LOG,
    });
    await use(host);
    await host[Symbol.asyncDispose]();
  },
  window: async ({ page, uiHost }, use) => {
    const faults = watchFaults(page);
    await page.goto(uiHost.address);
    await page.getByRole('navigation', { name: 'Screens' }).waitFor();
    await use(page);
    expect(faults, 'errors in the console of the window').toEqual([]);
  },
});

export { expect };
