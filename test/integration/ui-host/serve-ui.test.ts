import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { findProgramFile } from '../../../electron/app/program-files.ts';
import { exchange } from '../../support/http-exchange.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const MAIN = join(import.meta.dirname, '../../../electron/headless/main.ts');

/** Starts `serve` and answers its first line; the caller stops it. */
async function serve(home: string, ...args: string[]) {
  const child = spawn(process.execPath, [MAIN, 'serve', '--json', '--demo', '--port', '0', ...args], {
    env: { ...process.env, HOME: home, XDG_CONFIG_HOME: join(home, 'config') },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const line = once(createInterface(child.stdout), 'line').then(
    ([text]) => JSON.parse(text) as Record<string, string>,
  );
  return { child, exited, line };
}

test('serve --ui names the window in its ready line and ends with it; without --ui there is none', async () => {
  await using home = await createTempDir('patchbay-ui-');
  const started = await serve(home.path, '--ui');
  if (findProgramFile('renderer') === undefined) {
    // Nothing to serve: it says so and does not start without the window that was asked for.
    expect((await started.exited)[0]).toBe(1);
    return;
  }
  const { ui, url } = await started.line;
  expect(ui).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/#token=[A-Za-z0-9_-]{43}$/);
  expect(new URL(ui ?? '').port).not.toBe(new URL(url ?? '').port);
  const page = await exchange(new URL('/', ui).href, { method: 'GET' });
  expect(page.status).toBe(200);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  started.child.kill('SIGTERM');
  expect((await started.exited)[0]).toBe(0);
  const plain = await serve(home.path);
  expect(await plain.line).not.toHaveProperty('ui');
  plain.child.kill('SIGTERM');
  await plain.exited;
});
