import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { APP_ORIGIN } from '../../electron/desktop/app-scheme.ts';
import { CALL_CHANNEL, EVENT_CHANNEL } from '../../electron/desktop/channels.ts';
import type { CallName } from '../../shared/control/contract.ts';
import type { CallResult } from '../../shared/control/result.ts';
import { createLatch } from '../support/latch.ts';
import { createTempDir } from '../support/temp-dir.ts';
import type { Message, Sender, StandInCalls, StandInSettings } from './stand-in/messages.ts';

/** The built app: what `npm run build` made, unless another build is named. */
export const BUILT = process.env.PATCHBAY_DIST ?? fileURLToPath(new URL('../../dist', import.meta.url));

const READY_WITHIN_MS = 20_000;
const OUR_PAGE: Sender = { frame: 'main', url: `${APP_ORIGIN}/` };

export interface AppOptions {
  readonly config?: Readonly<Record<string, unknown>>;
  readonly standIn?: Partial<StandInSettings>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

type Asked<Name extends keyof StandInCalls> = Promise<Awaited<ReturnType<StandInCalls[Name]>>>;

/** The built main in a process of its own, its home included, around the stand-in of `electron`. */
export interface DesktopApp extends AsyncDisposable {
  readonly pid: number;
  /** Plays the system or a page. Rejects with what the app threw. */
  ask<Name extends keyof StandInCalls>(name: Name, ...args: Parameters<StandInCalls[Name]>): Asked<Name>;
  /** A call of the contract from our own page. */
  call(name: CallName, input?: unknown): Promise<CallResult<unknown>>;
  /** The exit code, once it has ended. */
  readonly ended: Promise<number | null>;
  readonly messages: readonly Message[];
  onMessage(listener: (message: Message) => void): void;
  stderr(): string;
  /** Events of the contract that were sent to the page until now. */
  events(): readonly string[];
  readConfig(): Promise<Record<string, unknown>>;
  log(): Promise<string>;
}

/** Where its gateway listens, by its own word. */
export async function endpointOf(app: DesktopApp): Promise<string> {
  const { value } = (await app.call('status.snapshot')) as { value: { gateway: { endpoint: string } } };
  return value.gateway.endpoint;
}

/** Starts it and waits until its window loads a page; a second instance or a failed start only until it has ended. */
export async function startApp(options: AppOptions = {}): Promise<DesktopApp> {
  const main = join(BUILT, 'desktop/main.js');
  if (!existsSync(main)) throw new Error('The desktop app is not built: run npm run build first.');
  const home = await createTempDir('patchbay-desktop-');
  const configFile = home.file('config/patchbay/config.json');
  await mkdir(home.file('config/patchbay'), { recursive: true, mode: 0o700 });
  const gateway = { port: 0, auth: { mode: 'anonymous' } };
  await writeFile(configFile, JSON.stringify({ version: 1, gateway, ...options.config }), { mode: 0o600 });
  const child = fork(main, [...(options.args ?? [])], {
    execArgv: ['--import', new URL('./stand-in/load.ts', import.meta.url).href],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home.path,
      XDG_CONFIG_HOME: home.file('config'),
      XDG_STATE_HOME: home.file('state'),
      STAND_IN: JSON.stringify(options.standIn ?? {}),
      ...options.env,
    },
  });
  let stderr = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdout?.resume();
  const ended = once(child, 'close').then(([code]): number | null => code);
  const messages: Message[] = [];
  const listeners = new Set<(message: Message) => void>();
  const waiting = new Map<number, { open(value: unknown): void; fail(reason: Error): void }>();
  const ready = createLatch();
  child.on('message', (message: Message) => {
    messages.push(message);
    if ('id' in message) {
      const asked = waiting.get(message.id);
      waiting.delete(message.id);
      if ('error' in message) asked?.fail(new Error(message.error));
      else asked?.open(message.value);
    } else if (message.happened === 'loaded') ready.open();
    for (const listener of listeners) listener(message);
  });
  let last = 0;
  const ask: DesktopApp['ask'] = (name, ...args) => {
    const answer = createLatch<unknown>();
    last += 1;
    waiting.set(last, answer);
    child.send({ id: last, name, args });
    return answer.promise as Asked<typeof name>;
  };
  void ended.then((code) => {
    ready.open();
    for (const asked of waiting.values()) asked.fail(new Error(`the app has ended (${code}): ${stderr}`));
  });
  const timer = setTimeout(() => ready.fail(new Error(`not ready in time: ${stderr}`)), READY_WITHIN_MS);
  await ready.promise.finally(() => clearTimeout(timer));
  return {
    pid: child.pid ?? 0,
    ask,
    call: (name, input = {}) =>
      ask('invoke', OUR_PAGE, CALL_CHANNEL, [name, input]) as Promise<CallResult<unknown>>,
    ended,
    messages,
    onMessage: (listener) => void listeners.add(listener),
    stderr: () => stderr,
    events: () =>
      messages.flatMap((message) =>
        'happened' in message && message.happened === 'sent' && message.channel === EVENT_CHANNEL
          ? [String(message.args[0])]
          : [],
      ),
    readConfig: async () => JSON.parse(await readFile(configFile, 'utf8')),
    log: async () => await readFile(home.file('state/patchbay/patchbay.log'), 'utf8').catch(() => ''),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await ended;
      await home[Symbol.asyncDispose]();
    },
  };
}
