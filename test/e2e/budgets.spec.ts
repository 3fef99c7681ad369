import { readdir, readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { expect, openWindow, test } from './window.ts';
import { WINDOW_FOLDER } from './window-folder.ts';

test('what loads before the first look is under 400 kB of JavaScript, gzipped', async ({ page, served }) => {
  const loaded: string[] = [];
  page.on('request', (request) => {
    const { pathname } = new URL(request.url());
    if (pathname.endsWith('.js')) loaded.push(pathname);
  });
  await openWindow(page, served);
  const sizes = await Promise.all(
    loaded.map(async (path) => gzipSync(await readFile(`${WINDOW_FOLDER}${path}`)).length),
  );
  const sum = sizes.reduce((all, size) => all + size, 0);
  console.log(`initial JavaScript: ${Math.round(sum / 1_000)} kB gzipped`);
  expect(sum).toBeLessThan(400_000);
  expect(
    loaded.some((path) => /charts|try-tool/.test(path)),
    'charts and forms load when opened',
  ).toBe(false);
  expect((await readdir(`${WINDOW_FOLDER}/assets`)).some((name) => name.startsWith('charts'))).toBe(true);
});
