import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { createTurns } from '../wire/turns.ts';
import { cannotStart, type ExitInfo, type ExitReason, ended } from './child-exit.ts';
import { createInputQueue } from './input-queue.ts';
import { isLack } from './lack.ts';
import { type LaunchOptions, launch, spawnFailure } from './launch.ts';
import { createLineSplitter } from './line-splitter.ts';
import { type EndTiming, endGroups, groupsLeftBy, killTreeOnWindows } from './process-tree.ts';
import { processWatchdog } from './watchdog.ts';

export interface ChildOptions extends LaunchOptions {
  /** The backend's name, for messages. */
  readonly name: string;
  /** Longest line on stdout (STD-05). 32 MiB. */
  readonly maxLineBytes?: number;
  /** What may wait for a child that does not read (STD-06). 16 MiB. */
  readonly maxQueuedBytes?: number;
  /** When `stop` sends SIGTERM and SIGKILL, from its begin (STD-07). 1.5 s and 5 s. */
  readonly stopTiming?: EndTiming;
}

/** None is called before `startChild` has returned, and none after `exited`, which comes exactly once. */
export interface ChildEvents {
  /** One line of stdout without LF or CRLF; may be empty, may be no JSON. The bytes belong to the receiver. */
  line(bytes: Buffer): void;
  /** A piece of stderr, cut anywhere but not inside of a character. */
  stderr(text: string): void;
  exited(info: ExitInfo): void;
}

export interface Child {
  /** Undefined where nothing could be started. */
  readonly pid: number | undefined;
  /**
   * Queues one line (without LF) for stdin; the bytes must not change afterwards. True: taken, which does not mean
   * read. False: refused and not kept, because the queue is full or the child is ending (STD-06).
   */
  write(line: Buffer): boolean;
  /** Closes stdin, then SIGTERM, then SIGKILL to the whole tree. Resolves when it is gone; rejects never. */
  stop(): Promise<void>;
}

const MEBIBYTE = 1024 * 1024;
const STOP_TIMING: EndTiming = { terminateAfter: 1_500, killAfter: 5_000 };
/** For a child that broke the rules and for what a dead one left behind. */
const SHORT_TIMING: EndTiming = { terminateAfter: 0, killAfter: 1_000 };
/** How long the last output may take after the process has ended; a grandchild may hold the pipe for ever. */
const DRAIN_MS = 250;
const LAST_WAIT_MS = 1_000;

/**
 * Starts a backend's process in its own process group. Never throws: what cannot start is reported through
 * `exited` with the command and the places where it was looked for (STD-01). The owner calls `stop` at the end.
 */
export function startChild(options: ChildOptions, events: ChildEvents): Child {
  const launched = launch(options);
  if (typeof launched !== 'string' && launched.pid !== undefined) {
    return supervise(launched, launched.pid, options, events);
  }
  const fail = (cause: string, reason?: 'lack') => events.exited(cannotStart(options.name, cause, reason));
  if (typeof launched === 'string') queueMicrotask(() => fail(launched));
  else
    launched.once('error', (error) =>
      fail(spawnFailure(options.command, error), isLack(error) ? 'lack' : undefined),
    );
  return { pid: undefined, write: () => false, stop: () => Promise.resolve() };
}

function supervise(started: ChildProcess, pid: number, options: ChildOptions, events: ChildEvents): Child {
  const { stdin, stdout, stderr } = started;
  if (stdin === null || stdout === null || stderr === null) throw new Error('stdio is piped');
  const maxLineBytes = options.maxLineBytes ?? 32 * MEBIBYTE;
  let gone: () => void = () => {};
  const isGone = new Promise<void>((resolve) => {
    gone = resolve;
  });
  let reason: ExitReason = 'exit';
  let ending: Promise<void> | undefined;
  let isReported = false;

  const input = createInputQueue(
    stdin,
    options.maxQueuedBytes ?? 16 * MEBIBYTE,
    () => void end(SHORT_TIMING),
  );
  const splitter = createLineSplitter(maxLineBytes, {
    line: (bytes) => {
      if (!isReported) events.line(bytes);
    },
    tooLong: () => {
      reason = 'line-too-long';
      stdout.destroy();
      void end(SHORT_TIMING);
    },
  });

  function end(timing: EndTiming): Promise<void> {
    ending ??= endTree(started, pid, input.close, isGone, timing);
    return ending;
  }

  function report(code: number | null, signal: NodeJS.Signals | null): void {
    if (isReported) return;
    isReported = true;
    stdout?.destroy();
    stderr?.destroy();
    gone();
    events.exited(ended(options.name, options.command, { code, signal, reason }, maxLineBytes));
  }

  processWatchdog().add(pid);
  const turns = createTurns(
    () => stdout.pause(),
    () => stdout.resume(),
  );
  stdout.on('data', (chunk: Buffer) => turns.take(() => splitter.push(chunk)));
  stderr.setEncoding('utf8');
  stderr.on('data', (text: string) => {
    if (!isReported) events.stderr(text);
  });
  for (const stream of [stdout, stderr]) stream.on('error', () => void end(SHORT_TIMING));
  started.once('exit', (code, signal) => {
    const timer = setTimeout(report, DRAIN_MS, code, signal);
    started.once('close', () => {
      clearTimeout(timer);
      report(code, signal);
    });
    void end(SHORT_TIMING);
  });

  return {
    pid,
    write: input.write,
    stop: () => {
      if (ending === undefined) reason = 'stopped';
      return end(options.stopTiming ?? STOP_TIMING);
    },
  };
}

async function endTree(
  child: ChildProcess,
  pid: number,
  closeInput: () => void,
  isGone: Promise<void>,
  timing: EndTiming,
): Promise<void> {
  if (process.platform === 'win32') {
    closeInput();
    const timer = setTimeout(() => void killTreeOnWindows(pid), timing.killAfter);
    await isGone;
    clearTimeout(timer);
    return;
  }
  const isAlive = child.exitCode === null && child.signalCode === null;
  const strays = isAlive ? await groupsLeftBy(pid) : [];
  closeInput();
  await endGroups([pid, ...strays], timing);
  processWatchdog().remove(pid);
  // A process that even SIGKILL does not end (it hangs in the kernel) must not hold up the app's end.
  await Promise.race([isGone, delay(LAST_WAIT_MS, undefined, { ref: false })]);
}
