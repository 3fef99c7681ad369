import { type Page, test } from '@playwright/test';
import type { ControlExtras } from '../../../electron/app/control/extras.ts';
import { startUiHost } from '../../../electron/headless/ui-host/start-ui-host.ts';
import { SILENT_LOG } from '../../../electron/log/log.ts';
import { startTestControl, type TestControl } from '../../support/control.ts';
import type { TestGatewayOptions } from '../../support/gateway.ts';
import { watchFaults } from '../window.ts';
import { WINDOW_FOLDER } from '../window-folder.ts';

/** What a file of tests shares: one gateway with one open window, both real. Usable inside of its tests only. */
export interface OneGateway {
  readonly running: TestControl;
  readonly window: Page;
  /** Another window on the same gateway; the test closes its context. */
  another(): Promise<Page>;
}

interface Plan extends TestGatewayOptions {
  readonly extras?: Partial<ControlExtras>;
}

/**
 * Starts a gateway and a window before the tests of this file and ends both after them; the tests run in order. What
 * `plan` starts goes onto the stack and ends last. A fault in the window's console or in the host fails the file.
 */
export function oneGateway(plan: (stack: AsyncDisposableStack) => Promise<Plan>): OneGateway {
  test.describe.configure({ mode: 'serial' });
  const stack = new AsyncDisposableStack();
  let scene: OneGateway | undefined;
  const faults: string[][] = [];

  test.beforeAll(async ({ browser }) => {
    const { extras, ...options } = await plan(stack);
    const running = stack.use(await startTestControl(options, extras));
    const { control } = running;
    const host = stack.use(await startUiHost({ control, folder: WINDOW_FOLDER, port: 0, log: SILENT_LOG }));
    const another = async (): Promise<Page> => {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const page = await context.newPage();
      faults.push(watchFaults(page));
      await page.goto(host.address);
      await page.getByRole('navigation', { name: 'Screens' }).waitFor();
      return page;
    };
    const window = await another();
    stack.defer(() => window.context().close());
    scene = { running, window, another };
  });
  test.afterAll(async () => {
    const defects = scene?.running.defects ?? [];
    await stack.disposeAsync();
    test.expect(faults.flat(), 'errors in the console of the window').toEqual([]);
    test.expect(defects, 'defects of the host').toEqual([]);
  });

  const current = (): OneGateway => {
    if (scene === undefined) throw new Error('the gateway is not there outside of a test');
    return scene;
  };
  return {
    get running() {
      return current().running;
    },
    get window() {
      return current().window;
    },
    another: () => current().another(),
  };
}
