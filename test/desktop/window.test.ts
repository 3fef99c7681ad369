import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APP_ORIGIN } from '../../electron/desktop/app-scheme.ts';
import { verifies } from '../requirements/verifies.ts';
import { descendantsOf, isAlive } from '../support/process-tree.ts';
import { openSession } from '../support/session.ts';
import { until } from '../support/until.ts';
import { type DesktopApp, endpointOf, startApp } from './app.ts';

describe('the window', () => {
  let app: DesktopApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(async () => {
    await app[Symbol.asyncDispose]();
  });

  test(verifies(['UIX-02', 'UIX-05'], 'has every protection on, and no page of it may do more'), async () => {
    const { windowOptions, loaded, schemes, isVisible } = await app.ask('recorded');
    expect(windowOptions).toHaveLength(1);
    expect(windowOptions[0]).toMatchObject({
      webPreferences: {
        contextIsolation: true,
        sandbox: true,
        nodeIntegration: false,
        nodeIntegrationInWorker: false,
        nodeIntegrationInSubFrames: false,
        webSecurity: true,
        allowRunningInsecureContent: false,
        webviewTag: false,
        preload: expect.stringMatching(/[\\/]desktop[\\/]preload\.cjs$/),
      },
    });
    expect(loaded).toEqual([`${APP_ORIGIN}/`]);
    expect(isVisible).toBe(true);
    expect(schemes).toEqual([
      {
        scheme: 'patchbay-app',
        privileges: {
          standard: true,
          secure: true,
          supportFetchAPI: false,
          corsEnabled: false,
          stream: false,
        },
      },
    ]);
    for (const name of [
      'media',
      'notifications',
      'clipboard-read',
      'openExternal',
      'geolocation',
      'fileSystem',
    ]) {
      expect(await app.ask('permissions', name), name).toEqual({
        asked: false,
        checked: false,
        device: false,
      });
    }
  });

  test(verifies(['UIX-05'], 'gets files of its own folder only, each with the policy'), async () => {
    const page = await app.ask('request', `${APP_ORIGIN}/`);
    expect(page.status).toBe(200);
    const policy =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'none'; img-src 'self' data:; " +
      "font-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
    expect(page.headers).toMatchObject({
      'content-security-policy': policy,
      'x-content-type-options': 'nosniff',
      'content-type': 'text/html; charset=utf-8',
    });
    const outside = [
      '/../desktop/main.js',
      '/..%2fdesktop/main.js',
      '/%2e%2e/desktop/main.js',
      '/assets/..%5c..%5cdesktop/main.js',
      '/index.html%00.js',
      '/%zz',
      '/none.js',
      '/assets',
    ];
    for (const path of outside) {
      const answer = await app.ask('request', APP_ORIGIN + path);
      expect(answer.status, path).toBe(404);
      expect(answer.headers['content-security-policy'], path).toBe(policy);
      expect(answer.body.length, path).toBe(0);
    }
    expect((await app.ask('request', 'patchbay-app://other/index.html')).status).toBe(404);
  });

  test(verifies(['UIX-05'], 'never navigates away, embeds or opens a window'), async () => {
    const away = [
      'https://evil.example/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'data:text/html,x',
      `${APP_ORIGIN}.evil.example/`,
      'patchbay-app://other/',
      'about:blank',
    ];
    for (const url of away) expect(await app.ask('navigate', 'will-navigate', url), url).toBe(true);
    expect(await app.ask('navigate', 'will-navigate', `${APP_ORIGIN}/index.html`)).toBe(false);
    expect(await app.ask('navigate', 'will-redirect', `${APP_ORIGIN}/`)).toBe(true);
    expect(await app.ask('navigate', 'will-attach-webview', '')).toBe(true);
    for (const url of away) expect(await app.ask('windowOpen', url), url).toEqual({ action: 'deny' });
    expect((await app.ask('recorded')).windowOptions).toHaveLength(1);
  });

  test.each([
    ['is opened when a person agrees', 1, ['https://docs.example/a?b=c']],
    ['is not opened when a person does not', 0, []],
  ])(verifies(['UIX-05'], 'asks about an https link, which %s'), async (_name, pressed, opened) => {
    await using app = await startApp({ standIn: { pressed } });
    await app.ask('windowOpen', 'https://docs.example/a?b=c');
    await until(async () => (await app.ask('recorded')).dialogs.length === 1);
    for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'http://far.example/', 'ms-msdt:/id x']) {
      await app.ask('windowOpen', url);
    }
    const recorded = await app.ask('recorded');
    expect(recorded.opened).toEqual(opened);
    expect(recorded.dialogs).toHaveLength(1);
    expect(recorded.dialogs[0]).toMatchObject({
      detail: 'https://docs.example/a?b=c',
      buttons: ['Cancel', 'Open'],
      defaultId: 0,
      cancelId: 0,
    });
  });

  test(
    verifies(['UIX-07'], 'is reloaded when its renderer dies, not for ever, while the gateway serves'),
    async () => {
      await using app = await startApp({ args: ['--demo'] });
      const session = await openSession(await endpointOf(app));
      for (let crash = 1; crash <= 5; crash += 1) {
        await app.ask('crash', 'crashed');
        expect((await session.list('tools')).status).toBe(200);
        expect((await app.ask('recorded')).reloads).toBe(Math.min(crash, 3));
      }
      await app.ask('crash', 'clean-exit');
      expect((await app.ask('recorded')).reloads).toBe(3);
      // Who asks for the window gets another try.
      await app.ask('secondInstance', []);
      expect((await app.ask('recorded')).reloads).toBe(4);
    },
  );
});

describe('a window that hangs', () => {
  test.each([
    ['is restarted when a person wants it', 1, 1],
    ['is left alone when a person waits', 0, 0],
  ])(verifies(['UIX-07'], '%s'), async (_name, pressed, reloads) => {
    await using app = await startApp({ standIn: { pressed } });
    await app.ask('hang');
    await until(async () => (await app.ask('recorded')).dialogs.length === 1);
    const recorded = await app.ask('recorded');
    expect(recorded.dialogs[0]).toMatchObject({ buttons: ['Wait', 'Restart the window'], cancelId: 0 });
    expect(recorded.reloads).toBe(reloads);
    expect(await app.call('status.snapshot')).toMatchObject({ ok: true });
  });
});

describe('closing the window', () => {
  test('hides it where there is a tray, from which it comes back', async () => {
    await using app = await startApp();
    await app.ask('closeWindow');
    expect(await app.ask('recorded')).toMatchObject({ isVisible: false, isClosed: false });
    expect(await app.call('status.snapshot')).toMatchObject({ ok: true });
    await app.ask('clickTray', 'Copy endpoint');
    await app.ask('clickTray', 'Open Patchbay');
    const { isVisible, clipboard } = await app.ask('recorded');
    expect({ isVisible, clipboard }).toEqual({ isVisible: true, clipboard: await endpointOf(app) });
  });

  test('ends the app where there is no tray', async () => {
    await using app = await startApp({ standIn: { hasTray: false }, args: ['--hidden'] });
    const recorded = await app.ask('recorded');
    expect(recorded).toMatchObject({ isVisible: true, trayMenu: [] });
    await app.ask('closeWindow').catch(() => undefined);
    expect(await app.ended).toBe(0);
  });

  test('ends the app where a person does not want it in the tray', async () => {
    await using app = await startApp();
    const { value } = (await app.call('settings.get')) as { value: { revision: string } };
    const set = await app.call('settings.set', { revision: value.revision, change: { hideToTray: false } });
    expect(set).toMatchObject({ ok: true });
    await app.ask('closeWindow').catch(() => undefined);
    expect(await app.ended).toBe(0);
  });
});

describe('the app', () => {
  test(verifies(['UIX-08'], 'has no developer tools once it is packed, by switch or window'), async () => {
    await using app = await startApp({ standIn: { isPackaged: true } });
    const { removedSwitches, windowOptions } = await app.ask('recorded');
    expect(removedSwitches).toEqual(
      expect.arrayContaining(['remote-debugging-port', 'remote-debugging-pipe']),
    );
    expect(windowOptions[0]).toMatchObject({ webPreferences: { devTools: false } });
  });

  test(verifies(['CRA-04'], 'drains when it quits: sessions end, and no child of it lives on'), async () => {
    await using app = await startApp({ args: ['--demo'] });
    const url = await endpointOf(app);
    const session = await openSession(url);
    expect((await session.list('tools')).status).toBe(200);
    await app.call('secrets.status', {});
    const children = await until(
      async () => {
        const found = await descendantsOf(app.pid);
        return found.length > 0 && found;
      },
      'the process of the keychain',
      20_000,
    );
    await app.ask('quit');
    await app.ask('quit').catch(() => undefined);
    expect(await app.ended).toBe(0);
    await until(() => !children.some(isAlive), 'the end of all children', 20_000);
    await expect(fetch(url)).rejects.toThrow();
  });

  test(
    verifies(['SEC-05', 'CRA-02'], 'survives a fault that nobody caught, and tells it without a secret'),
    async () => {
      const value = 'canary-desktop-77';
      const PATCHBAY_SECRETS = JSON.stringify({ one: { headers: { 'X-Key': value } } });
      const backends = { one: { type: 'http', url: 'http://127.0.0.1:9/mcp', secretHeaders: ['X-Key'] } };
      await using app = await startApp({ config: { backends }, env: { PATCHBAY_SECRETS } });
      await app.call('secrets.status', {});
      await app.ask('breakDown', `broke with ${value}`);
      await app.ask('breakDown', 'and once more');
      await until(async () => (await app.log()).includes('and once more'), 'both faults in the log');
      const { dialogs } = await app.ask('recorded');
      expect(dialogs).toEqual([
        expect.objectContaining({
          type: 'error',
          detail: expect.stringContaining('Error: broke with [secret]'),
        }),
      ]);
      expect((await openSession(await endpointOf(app))).opening.status).toBe(200);
      expect(app.stderr() + (await app.log()) + JSON.stringify(dialogs)).not.toContain(value);
    },
  );

  test('is one: a second instance ends at once and starts nothing', async () => {
    await using second = await startApp({ standIn: { isSecond: true } });
    expect(await second.ended).toBe(0);
    expect(second.messages).toEqual([]);
  });

  test('starts hidden only when the system starts it, and with the system only when asked', async () => {
    await using app = await startApp({ args: ['--hidden'] });
    expect(await app.ask('recorded')).toMatchObject({
      isVisible: false,
      loginItems: [],
      protocolClients: [],
    });
    // The bridge of a client does this while the app is starting already.
    await app.ask('secondInstance', ['/opt/patchbay', '--hidden']);
    expect((await app.ask('recorded')).isVisible).toBe(false);
    await app.ask('secondInstance', ['/opt/patchbay']);
    expect(await app.ask('recorded')).toMatchObject({ isVisible: true, opened: [], dialogs: [] });
  });

  test('says in its tray how many call and what needs a person, and leads there', async () => {
    const files = { type: 'stdio', command: 'never-allowed' };
    await using app = await startApp({ config: { backends: { files } } });
    await using stack = new AsyncDisposableStack();
    const session = await openSession(await endpointOf(app));
    stack.defer(async () => void (await session.delete()));
    await until(
      async () => (await app.ask('recorded')).trayToolTip === 'Patchbay: 1 session, files needs you',
      'the state in the tray',
      10_000,
    );
    await app.ask('closeWindow');
    await app.ask('clickTray', 'files needs you');
    const { isVisible, loaded, trayMenu } = await app.ask('recorded');
    expect(trayMenu.slice(1, 3)).toEqual(['1 session', 'files needs you']);
    expect({ isVisible, last: loaded.at(-1) }).toEqual({ isVisible: true, last: `${APP_ORIGIN}/#/overview` });
  });

  test(verifies(['CRA-04'], 'asks a system that goes down to wait, and drains'), async () => {
    await using app = await startApp();
    expect(await app.ask('shutDown').catch(() => true)).toBe(true);
    expect(await app.ended).toBe(0);
  });

  test('offers quitting, copying and zooming in its menus', async () => {
    await using app = await startApp();
    const { appMenu, trayMenu } = await app.ask('recorded');
    expect(appMenu).toEqual(['fileMenu', 'editMenu', 'View', 'windowMenu']);
    expect(trayMenu).toEqual([
      expect.stringMatching(/^Running at http/),
      '0 sessions',
      'Open Patchbay',
      'Copy endpoint',
      'Quit',
    ]);
    await app.ask('clickTray', 'Quit').catch(() => undefined);
    expect(await app.ended).toBe(0);
  });

  test(
    verifies(['NET-04'], 'says who has its port where that is taken, and takes it when asked again'),
    async () => {
      const first = await startApp();
      const { port } = new URL(await endpointOf(first));
      const gateway = { port: Number(port), auth: { mode: 'anonymous' } };
      await using second = await startApp({ config: { gateway } });
      const taken = { state: 'port-taken', port: gateway.port, reason: expect.stringContaining(port) };
      expect(await second.call('status.snapshot')).toMatchObject({ value: { gateway: taken } });
      expect((await second.ask('recorded')).trayMenu[0]).toBe('Not listening');
      await first[Symbol.asyncDispose]();
      expect(await second.call('status.retryListening')).toMatchObject({ value: { state: 'listening' } });
      expect((await openSession(await endpointOf(second))).opening.status).toBe(200);
    },
  );
});
