import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test, vi } from 'vitest';
import { createUpdateOffer } from '../../electron/desktop/offer-update.ts';
import { readUpdateFeed } from '../../electron/desktop/update-feed.ts';
import {
  type AppUpdater,
  type Build,
  startUpdates,
  type UpdateHost,
  updateWay,
} from '../../electron/desktop/updates.ts';
import type { Log } from '../../electron/log/log.ts';
import { createTempDir } from '../support/temp-dir.ts';

const FEED = { url: 'https://updates.example.com/', publisherName: ['Patchbay'] };
const INSTALLED: Build = { isPackaged: true, platform: 'win32', feed: FEED };
const quiet = (): void => {};
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, part: () => log };
const HOST: UpdateHost = { mayAsk: () => false, tell: quiet, quitWith: (last) => last(), log };

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
  const load = vi.fn(async () => updater);
  const ended: string[] = [];
  const quitWith = (last: () => void): void => {
    ended.push('drained');
    last();
  };
  using updates = startUpdates({ kind: 'install' }, load, { ...HOST, quitWith });
  expect(load).not.toHaveBeenCalled();
  const found = await updates.check();
  expect(updater).toMatchObject({
    autoDownload: false,
    autoInstallOnAppQuit: false,
    allowDowngrade: false,
    allowPrerelease: false,
    disableWebInstaller: true,
  });
  expect(updater.downloadUpdate).not.toHaveBeenCalled();
  updater.quitAndInstall.mockImplementation(() => void ended.push('installed'));
  await found?.install?.();
  expect(updater.downloadUpdate).toHaveBeenCalledBefore(updater.quitAndInstall);
  expect(ended).toEqual(['drained', 'installed']);
});

test('where nothing verifies an update, a notice cannot install it', async () => {
  const way = updateWay({ ...INSTALLED, platform: 'linux' });
  const told = await new Promise((tell) => {
    startUpdates(way, async () => fakeUpdater('2.0.0'), { ...HOST, mayAsk: () => true, tell })[
      Symbol.dispose
    ]();
  });
  expect(told).toEqual({ version: '2.0.0' });
});

test('an updater that is off is not even loaded, and one that fails says nothing newer', async () => {
  const load = vi.fn(async () => fakeUpdater('2.0.0'));
  using updates = startUpdates({ kind: 'off', reason: 'because' }, load, { ...HOST, mayAsk: () => true });
  expect(await updates.check()).toBeUndefined();
  expect(load).not.toHaveBeenCalled();
  const failing = { ...fakeUpdater('2.0.0'), checkForUpdates: () => Promise.reject(new Error('offline')) };
  using others = startUpdates({ kind: 'install' }, async () => failing, HOST);
  expect(await others.check()).toBeUndefined();
});

test.each<[string, string | undefined, unknown]>([
  [
    'one publisher',
    'provider: generic\nurl: https://a.example/\npublisherName: Ann\n',
    { url: 'https://a.example/', publisherName: ['Ann'] },
  ],
  [
    'several',
    'provider: generic\nurl: https://a.example/\npublisherName: [Ann, Bob]\n',
    { url: 'https://a.example/', publisherName: ['Ann', 'Bob'] },
  ],
  [
    'no publisher',
    'provider: generic\nurl: https://a.example/\n',
    { url: 'https://a.example/', publisherName: [] },
  ],
  ['another provider', 'provider: s3\nbucket: b\n', undefined],
  ['no YAML', '{', undefined],
  ['no file', undefined, undefined],
])('the packed feed is read: %s', async (_, text, expected) => {
  await using folder = await createTempDir();
  if (text !== undefined) writeFileSync(folder.file('app-update.yml'), text);
  expect(readUpdateFeed(folder.path)).toEqual(expected);
});

test('a version is offered once; later is the default, and a notice asks nothing', async () => {
  const showMessageBox = vi.fn(async () => ({ response: 0, checkboxChecked: false }));
  const notify = vi.fn();
  const install = vi.fn(async () => {});
  const offer = createUpdateOffer({ dialog: { showMessageBox }, notify, failed: quiet });
  offer({ version: '2.0.0', install });
  offer({ version: '2.0.0', install });
  expect(showMessageBox.mock.calls).toMatchObject([[{ defaultId: 0, cancelId: 0 }]]);
  offer({ version: '2.1.0' });
  expect(notify).toHaveBeenCalledExactlyOnceWith('Version 2.1.0 of Patchbay is there.');
  showMessageBox.mockResolvedValue({ response: 1, checkboxChecked: false });
  await new Promise<void>((done) => {
    offer({ version: '2.2.0', install: async () => done() });
  });
  expect(install).not.toHaveBeenCalled();
});

test('the real updater asks the packed feed and finds newer versions only', async () => {
  await using folder = await createTempDir();
  const offered = ['1.3.0', '1.2.0', '1.1.0'];
  const asked: (string | undefined)[] = [];
  const installations = new Set<unknown>();
  const server = createServer(({ url, headers }, response) => {
    asked.push(url?.replace(/\?.*/, ''));
    installations.add(headers['x-user-staging-id']);
    const version = offered[asked.length - 1];
    const file = { url: 'Patchbay.AppImage', sha512: 'AA==', size: 1 };
    response.end(JSON.stringify({ version, files: [file], path: file.url, sha512: file.sha512 }));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const feed = `provider: generic\nurl: http://127.0.0.1:${port}/\nchannel: latest-x64\n`;
  writeFileSync(folder.file('app-update.yml'), feed);
  const script = join(import.meta.dirname, 'ask-feed.ts');
  const env = { ...process.env, APPIMAGE: folder.file('Patchbay.AppImage'), XDG_CACHE_HOME: folder.path };
  const args = [script, folder.path, String(offered.length)];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env });
  server.close();
  expect({ found: JSON.parse(stdout), stderr }).toEqual({
    found: [{ version: '1.3.0' }, null, null],
    stderr: '',
  });
  expect(asked.every((path) => path?.startsWith('/latest-x64-linux'))).toBe(true);
  expect([...installations]).toEqual(['none']);
});
