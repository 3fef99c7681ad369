import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { _electron, expect, test } from '@playwright/test';
import { startPlainBackend } from '../backends/plain-http-backend.ts';
import { verifies } from '../requirements/verifies.ts';
import { descendantsOf, isAlive } from '../support/process-tree.ts';
import { createTempDir } from '../support/temp-dir.ts';

const BUILT = join(import.meta.dirname, '../../dist/desktop/main.js');
const VALUE = 'canary-electron-9d2f';

test(
  verifies(
    ['UIX-02', 'UIX-05', 'B38', 'CRA-04'],
    'starts, takes a backend, shows a call and quits without orphans',
  ),
  async () => {
    await using home = await createTempDir('patchbay-electron-');
    await using backend = await startPlainBackend({});
    const configFile = home.file('config/patchbay/config.json');
    await mkdir(home.file('config/patchbay'), { recursive: true, mode: 0o700 });
    const gateway = { port: 0, auth: { mode: 'anonymous' } };
    const config = { version: 1, gateway, passthroughHeaders: ['X-Tenant'] };
    await writeFile(configFile, JSON.stringify(config), { mode: 0o600 });
    const { PATH = '', DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR } = process.env;
    const screen = Object.entries({ DISPLAY, WAYLAND_DISPLAY, XDG_RUNTIME_DIR }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    const app = await _electron.launch({
      executablePath: process.env.PATCHBAY_ELECTRON ?? '',
      // Builds run as root, where Chromium has no sandbox of the system; the window's own options stay as they are.
      args: [
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        `--user-data-dir=${home.file('data')}`,
        BUILT,
      ],
      env: {
        PATH,
        HOME: home.path,
        XDG_CONFIG_HOME: home.file('config'),
        XDG_STATE_HOME: home.file('state'),
        ...Object.fromEntries(screen),
      },
    });
    const main = app.process();
    const window = await app.firstWindow();
    await window.getByRole('navigation', { name: 'Screens' }).waitFor();
    expect(window.url()).toMatch(/^patchbay-app:\/\/window\//);
    expect(await window.evaluate('typeof window.require + typeof window.process')).toBe('undefinedundefined');

    await window.evaluate("window.location.hash = '#/backends/+'");
    await window.getByLabel('Paste anything').fill(backend.url);
    await window.getByRole('button', { name: 'Fill the form' }).click();
    await window.getByRole('button', { name: 'Add it' }).click();
    await expect.poll(async () => await readFile(configFile, 'utf8')).toContain(backend.url);

    const endpoint = await window.evaluate<string>(
      "window.patchbay.call('status.snapshot', {}).then(({ value }) => value.gateway.endpoint)",
    );
    const client = new Client({ name: 'foreign-client', version: '1.0.0' });
    const headers = { 'X-Tenant': VALUE };
    await client.connect(new StreamableHTTPClientTransport(new URL(endpoint), { requestInit: { headers } }));
    await expect
      .poll(async () => (await client.listTools()).tools.map(({ name }) => name))
      .toContain('server_echo');
    await client.callTool({ name: 'server_echo', arguments: { message: 'hello' } });
    expect(backend.requests.at(-1)?.header('X-Tenant')).toBe(VALUE);

    await window.evaluate("window.location.hash = '#/sessions'");
    await window.getByRole('link', { name: /foreign-client/ }).click();
    await expect(window.getByRole('row', { name: /X-Tenant/ }).first()).toContainText(
      `${VALUE.length} bytes`,
    );
    expect(await window.content()).not.toContain(VALUE);

    const children = await descendantsOf(main.pid ?? 0);
    const ended = new Promise((resolve) => main.once('exit', resolve));
    await app.evaluate(({ app: running }) => running.quit());
    expect(await ended).toBe(0);
    await expect.poll(() => children.filter(isAlive)).toEqual([]);
    await expect(fetch(endpoint)).rejects.toThrow();
  },
);
