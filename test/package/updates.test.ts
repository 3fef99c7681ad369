import { expect, test, vi } from 'vitest';
import { type AppUpdater, type Build, startUpdates, updateWay } from '../../electron/desktop/updates.ts';
import type { Log } from '../../electron/log/log.ts';

const FEED = { url: 'https://updates.example.com/', publisherName: ['Patchbay'] };
const INSTALLED: Build = { isPackaged: true, platform: 'win32', feed: FEED };
const quiet = (): void => {};
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, part: () => log };

function fakeUpdater(version: string | undefined) {
  return {
    autoDownload: true,
    autoInstallOnAppQuit: true,
    allowDowngrade: true,
    allowPrerelease: true,
    disableWebInstaller: false,
    checkForUpdates: vi.fn(async () =>
      version === undefined ? null : { isUpdateAvailable: true, updateInfo: { version } },
    ),
    downloadUpdate: vi.fn(async () => undefined),
    quitAndInstall: vi.fn(),
  } satisfies AppUpdater;
}

test.each<[string, Partial<Build>, string]>([
  ['a signed Windows build', {}, 'install'],
  ['a macOS build', { platform: 'darwin' }, 'install'],
  ['a Windows build without a publisher', { feed: { ...FEED, publisherName: [] } }, 'notice'],
  ['a Linux build', { platform: 'linux' }, 'notice'],
  ['an unpackaged run', { isPackaged: false }, 'off'],
  ['a build without a feed', { feed: undefined }, 'off'],
  ['a feed over plain HTTP', { feed: { ...FEED, url: 'http://updates.example.com/' } }, 'off'],
  ['a feed that is no address', { feed: { ...FEED, url: 'updates' } }, 'off'],
])('%s: %s', (_, change, kind) => {
  expect(updateWay({ ...INSTALLED, ...change }).kind).toBe(kind);
});

test('an update is never downloaded unasked, never older, never a preview', async () => {
  const updater = fakeUpdater('2.0.0');
  using updates = startUpdates({ kind: 'install' }, updater, { mayAsk: () => false, tell: quiet, log });
  expect(updater).toMatchObject({
    autoDownload: false,
    autoInstallOnAppQuit: false,
    allowDowngrade: false,
    allowPrerelease: false,
    disableWebInstaller: true,
  });
  expect(updater.checkForUpdates).not.toHaveBeenCalled();
  const found = await updates.check();
  expect(updater.downloadUpdate).not.toHaveBeenCalled();
  await found?.install?.();
  expect(updater.downloadUpdate).toHaveBeenCalledBefore(updater.quitAndInstall);
});

test('where nothing verifies an update, a notice cannot install it', async () => {
  const way = updateWay({ ...INSTALLED, platform: 'linux' });
  const told = await new Promise((tell) => {
    startUpdates(way, fakeUpdater('2.0.0'), { mayAsk: () => true, tell, log })[Symbol.dispose]();
  });
  expect(told).toEqual({ version: '2.0.0' });
});

test('an updater that is off is not asked, and one that fails says nothing newer', async () => {
  const updater = fakeUpdater('2.0.0');
  const off = { kind: 'off', reason: 'because' } as const;
  using updates = startUpdates(off, updater, { mayAsk: () => true, tell: quiet, log });
  expect(await updates.check()).toBeUndefined();
  expect(updater.checkForUpdates).not.toHaveBeenCalled();
  const failing = { ...updater, checkForUpdates: () => Promise.reject(new Error('offline')) };
  using others = startUpdates({ kind: 'install' }, failing, { mayAsk: () => false, tell: quiet, log });
  expect(await others.check()).toBeUndefined();
});
