import { spawn } from 'node:child_process';
import { headerVariable } from '../../shared/clients/entry.ts';
import { createLineSplitter } from '../backends/stdio/line-splitter.ts';
import { MAX_MESSAGE_BYTES } from '../backends/wire/answer-check.ts';
import { oneLine } from '../backends/wire/one-line.ts';
import { createBridge } from './bridge.ts';
import { readSettings } from './settings.ts';

const LINE_FEED = Buffer.from('\n');
const WRONG_USAGE = 2;

/** stdio on one side, the gateway's endpoint on the other. Nothing but protocol goes to stdout. */
function run(): void {
  const note = (text: string): void => void process.stderr.write(`patchbay bridge: ${text}\n`);
  const read = readSettings(process.argv.slice(2), process.env);
  if (!read.ok) {
    note(read.message);
    process.exitCode = WRONG_USAGE;
    return;
  }
  const { settings } = read;
  for (const name of settings.withoutValue)
    note(`${headerVariable(name)} is not set, so ${name} is not sent`);
  const bridge = createBridge(settings, {
    tell: (message) => void process.stdout.write(Buffer.concat([oneLine(message), LINE_FEED])),
    note,
    startApp: () => startApp(settings.start, note),
    now: () => performance.now(),
  });
  let inOrder: Promise<void> = Promise.resolve();
  const splitter = createLineSplitter(MAX_MESSAGE_BYTES, {
    line(bytes) {
      if (bytes.length === 0) return;
      const message = Buffer.from(bytes);
      // initialize is waited for, because everything after it needs its session; the rest goes out as it comes.
      const isFirst = message.includes('"initialize"');
      const taken = inOrder.then(() => bridge.take(message));
      if (isFirst) inOrder = taken;
      taken.catch((error: unknown) => note(error instanceof Error ? error.name : 'failed'));
    },
    tooLong: () => note('a message was longer than 32 MiB and was dropped'),
  });
  const end = (): void => {
    void bridge.close().finally(() => process.exit(0));
  };
  process.stdin.on('data', (chunk: Buffer) => splitter.push(chunk));
  process.stdin.on('end', end);
  process.stdin.on('error', end);
  process.stdout.on('error', end);
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
}

function startApp(program: string | undefined, note: (text: string) => void): void {
  if (program === undefined) return;
  const child = spawn(program, ['--hidden'], {
    detached: true,
    stdio: 'ignore',
    env: withoutSecrets(process.env),
  });
  child.on('error', () => note(`${program} could not be started`));
  child.unref();
}

/** The app has no use for a client's token and header values. */
function withoutSecrets(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('PATCHBAY_')));
}

run();
