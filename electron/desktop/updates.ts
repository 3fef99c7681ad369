import type { Log } from '../log/log.ts';
import type { UpdateFeed } from './update-feed.ts';

/** What is used of electron-updater's `autoUpdater`; its own types fit. */
export interface AppUpdater {
  autoDownload: boolean;
  autoInstallOnAppQuit: boolean;
  allowDowngrade: boolean;
  allowPrerelease: boolean;
  disableWebInstaller: boolean;
  checkForUpdates(): Promise<{
    readonly isUpdateAvailable: boolean;
    readonly updateInfo: { readonly version: string };
  } | null>;
  downloadUpdate(): Promise<unknown>;
  quitAndInstall(): void;
}

/** What this build is, as far as updates go. */
export interface Build {
  readonly isPackaged: boolean;
  readonly platform: NodeJS.Platform;
  /** The feed that was packed in; without one there is nothing to ask. */
  readonly feed: UpdateFeed | undefined;
}

export type UpdateWay =
  | { readonly kind: 'off'; readonly reason: string }
  | { readonly kind: 'notice'; readonly reason: string }
  | { readonly kind: 'install' };

/**
 * How a build may be updated. Only where the system or the updater verifies a signature of ours is anything installed:
 * macOS holds an update to the signature of the running app, Windows to the publisher named in the feed. A Linux package
 * belongs to its package manager, and an AppImage is held to a digest of the same server only; both are told of a new
 * version and nothing more (threats.md 1.6: signed, verified, manifest over https).
 */
export function updateWay({ isPackaged, platform, feed }: Build): UpdateWay {
  if (!isPackaged) return { kind: 'off', reason: 'This is not an installed app.' };
  if (feed === undefined) return { kind: 'off', reason: 'This build has no place to get updates from.' };
  if (!URL.canParse(feed.url) || new URL(feed.url).protocol !== 'https:') {
    return { kind: 'off', reason: 'Updates are asked for over https only.' };
  }
  if (platform === 'darwin') return { kind: 'install' };
  if (platform !== 'win32') {
    return { kind: 'notice', reason: 'On Linux the package manager installs updates.' };
  }
  if (feed.publisherName.length > 0) return { kind: 'install' };
  return { kind: 'notice', reason: 'This build is not signed, so an update cannot be verified.' };
}

export interface FoundUpdate {
  readonly version: string;
  /** Downloads, verifies and restarts into it; absent where the user is only told. Rejects when that fails. */
  readonly install?: () => Promise<void>;
}

export interface Updates extends Disposable {
  /** Asks now; `undefined` when there is nothing newer, when updates are off, or when nobody answers. */
  check(): Promise<FoundUpdate | undefined>;
}

const DAY_MS = 24 * 60 * 60_000;

export interface UpdateHost {
  /** Whether the user lets us ask, as of now. */
  readonly mayAsk: () => boolean;
  readonly tell: (update: FoundUpdate) => void;
  /** Ends everything that runs and then calls `last` in the place of an exit: the updater starts the new version. */
  readonly quitWith: (last: () => void) => void;
  readonly log: Log;
}

/**
 * Asks once and then once a day while the user lets it, and tells of a newer version. Nothing is downloaded unasked,
 * nothing is installed on quitting, and never an older version or a preview. Where updates are off, the updater is not
 * even loaded.
 */
export function startUpdates(way: UpdateWay, load: () => Promise<AppUpdater>, host: UpdateHost): Updates {
  const check = async (): Promise<FoundUpdate | undefined> => {
    if (way.kind === 'off') return undefined;
    try {
      const updater = await load();
      restrain(updater);
      const result = await updater.checkForUpdates();
      if (result === null || !result.isUpdateAvailable) return undefined;
      const { version } = result.updateInfo;
      return way.kind === 'install' ? { version, install: () => install(updater, host) } : { version };
    } catch (error) {
      host.log.warn('no answer about updates', { error: error instanceof Error ? error.name : 'unknown' });
      return undefined;
    }
  };
  const askAndTell = async (): Promise<void> => {
    if (!host.mayAsk()) return;
    const update = await check();
    if (update !== undefined) host.tell(update);
  };
  if (way.kind === 'off') {
    host.log.info('updates are off', { reason: way.reason });
    return { check, [Symbol.dispose]: () => {} };
  }
  void askAndTell();
  const timer = setInterval(() => void askAndTell(), DAY_MS);
  return { check, [Symbol.dispose]: () => clearInterval(timer) };
}

function restrain(updater: AppUpdater): void {
  updater.autoDownload = false;
  updater.autoInstallOnAppQuit = false;
  updater.allowPrerelease = false;
  updater.allowDowngrade = false;
  updater.disableWebInstaller = true;
}

async function install(updater: AppUpdater, { quitWith }: UpdateHost): Promise<void> {
  await updater.downloadUpdate();
  quitWith(() => updater.quitAndInstall());
}
