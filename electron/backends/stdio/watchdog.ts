import { type ChildProcess, spawn } from 'node:child_process';
import { isLack } from './lack.ts';

/** Ends the process groups that it was told of when this process is gone, however it went. */
export interface Watchdog {
  add(group: number): void;
  /** To be called as soon as the group is gone: its number may be given to other processes. */
  remove(group: number): void;
}

const STARTS_ALLOWED = 3;

/**
 * The whole watchdog. It reads lines until its input ends, which happens when our process does, kill -9 included:
 * the other end of the pipe is open in our process alone. Then TERM, and KILL two seconds later (STD-10: all gone
 * within five). `kill -s TERM -- -N` is the spelling that dash, bash and busybox share.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM
groups=
while read -r verb group; do
  kept=
  for known in $groups; do
    [ "$known" = "$group" ] || kept="$kept $known"
  done
  groups=$kept
  [ "$verb" = add ] && groups="$groups $group"
done
[ -n "$groups" ] || exit 0
for group in $groups; do kill -s TERM -- "-$group" 2>/dev/null; done
sleep 2
for group in $groups; do kill -s KILL -- "-$group" 2>/dev/null; done
exit 0
`;

/**
 * A watchdog that starts with the first group (STD-10). It has its own session, so that Ctrl-C in a terminal does
 * not end it before us, and no environment but PATH. When it is killed it starts again, three times at most.
 * It does not keep our event loop alive. On Windows it does nothing: there a child notices our end only by
 * the end of its stdin.
 *
 * @param failed is told when no watchdog can be had any more; children are then not guarded against kill -9.
 */
export function createWatchdog(failed: (reason: string) => void, shell = '/bin/sh'): Watchdog {
  const groups = new Set<number>();
  let running: ChildProcess | undefined;
  let starts = 0;

  function tell(line: string): void {
    running?.stdin?.write(`${line}\n`);
  }

  function start(): void {
    if (starts >= STARTS_ALLOWED) {
      failed(`the watchdog ended ${STARTS_ALLOWED} times`);
      return;
    }
    starts += 1;
    const started = spawn(shell, ['-c', SCRIPT], {
      detached: true,
      cwd: '/',
      env: { PATH: `${process.env.PATH ?? ''}:/usr/bin:/bin` },
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    running = started;
    started.unref();
    // None where the file descriptors were too few for it.
    const input = started.stdin ?? undefined;
    if (input !== undefined && 'unref' in input) (input as { unref(): void }).unref();
    // A write to a watchdog that has just ended: its 'exit' below takes care of it.
    input?.on('error', () => {});
    started.once('error', (error: NodeJS.ErrnoException) => {
      running = undefined;
      // That passes: the next group tries again.
      if (isLack(error)) starts -= 1;
      failed(`${shell} cannot be started (${error.code ?? 'unknown'})`);
    });
    started.once('exit', () => {
      running = undefined;
      if (groups.size > 0) start();
    });
    for (const group of groups) tell(`add ${group}`);
  }

  function add(group: number): void {
    if (process.platform === 'win32') return;
    groups.add(group);
    if (running === undefined) start();
    else tell(`add ${group}`);
  }

  function remove(group: number): void {
    if (groups.delete(group)) tell(`remove ${group}`);
  }

  return { add, remove };
}

let shared: Watchdog | undefined;

/**
 * The one watchdog of this process. It is bound to the process and not to an owner: its only end is ours.
 * A failure to start it is a warning on stderr of the process, once.
 */
export function processWatchdog(): Watchdog {
  shared ??= createWatchdog((reason) =>
    process.emitWarning(`Child processes are not guarded against a sudden end of this process: ${reason}.`),
  );
  return shared;
}
