import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate } from 'node:timers/promises';
import type { KeychainLimits } from '../../electron/secrets/keychain/keychain-caller.ts';
import { forkKeychainProcess } from '../../electron/secrets/keychain/keychain-child.ts';
import {
  createKeychainStore,
  type KeychainStore,
  type KeychainStoreOptions,
} from '../../electron/secrets/keychain/keychain-store.ts';

/** A private session bus, with a real Secret Service on it unless it is asked for without. */
export interface Keyring extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv;
  /** The folder that holds the collection; give it to another keyring to meet the same entries again. */
  readonly home: string;
  /** Stops (SIGSTOP) and continues the daemon: a keychain that does not answer, as with a prompt that stands. */
  freeze(): void;
  thaw(): void;
}

const NO_SERVICES = `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir=/tmp</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>`;

export interface KeyringOptions {
  readonly home?: string;
  readonly password?: string;
  readonly service?: boolean;
  readonly display?: string;
}

/** Starts a bus and on it a keyring that is unlocked with `password` (another one than at its making: locked). */
export async function startKeyring(options: KeyringOptions = {}): Promise<Keyring> {
  requirePrograms();
  const own = options.home === undefined ? await mkdtemp(join(tmpdir(), 'keyring-')) : undefined;
  const home = options.home ?? (own as string);
  const run = join(home, 'run');
  await mkdir(join(home, 'data'), { recursive: true });
  await mkdir(run, { recursive: true, mode: 0o700 });
  const { DISPLAY: _, DBUS_SESSION_BUS_ADDRESS: __, WAYLAND_DISPLAY: ___, ...outer } = process.env;
  const env: NodeJS.ProcessEnv = {
    ...outer,
    HOME: home,
    XDG_DATA_HOME: join(home, 'data'),
    XDG_RUNTIME_DIR: run,
  };
  if (options.display !== undefined) env.DISPLAY = options.display;

  const config = join(home, 'bus.conf');
  await writeFile(config, NO_SERVICES);
  const bus = spawn(
    'dbus-daemon',
    [options.service === false ? `--config-file=${config}` : '--session', '--nofork', '--print-address=1'],
    { env, stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const [address] = (await once(createInterface(bus.stdout), 'line')) as [string];
  env.DBUS_SESSION_BUS_ADDRESS = address;
  const daemon =
    options.service === false ? undefined : await startDaemon(env, options.password ?? 'test-only');
  return {
    env,
    home,
    freeze: () => void daemon?.kill('SIGSTOP'),
    thaw: () => void daemon?.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      for (const child of [daemon, bus]) await end(child);
      if (own !== undefined) await rm(own, { recursive: true, force: true });
    },
  };
}

async function startDaemon(env: NodeJS.ProcessEnv, password: string): Promise<ChildProcess> {
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    env,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  daemon.stdin.end(password);
  while (!serviceIsThere(env)) await setImmediate();
  return daemon;
}

/** True once the daemon has taken its name on the bus; it reads the password before that. */
function serviceIsThere(env: NodeJS.ProcessEnv): boolean {
  const question = ['org.freedesktop.DBus.NameHasOwner', 'string:org.freedesktop.secrets'];
  const answer = spawnSync('dbus-send', ['--print-reply', '--dest=org.freedesktop.DBus', '/', ...question], {
    env,
  });
  return answer.stdout.includes('boolean true');
}

async function end(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

function requirePrograms(): void {
  const missing = ['dbus-daemon', 'gnome-keyring-daemon'].filter(
    (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0,
  );
  if (missing.length === 0) return;
  throw new Error(
    `Missing: ${missing.join(', ')}. apt-get install -y --no-install-recommends dbus gnome-keyring libsecret-1-0`,
  );
}

export const KEYCHAIN_ENTRY = join(
  import.meta.dirname,
  '../../electron/secrets/keychain/keychain-process.ts',
);

/** A store of our own on that keyring, with a process of its own. */
export function openStore(
  env: NodeJS.ProcessEnv,
  limits?: KeychainLimits,
  more: Partial<KeychainStoreOptions> = {},
): KeychainStore {
  return createKeychainStore({
    start: forkKeychainProcess(KEYCHAIN_ENTRY, env),
    service: 'patchbay-test',
    ...(limits === undefined ? {} : { limits }),
    ...more,
  });
}
