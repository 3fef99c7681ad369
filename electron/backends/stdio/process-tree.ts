import { execFile } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { signalGroup } from './process-group.ts';

/** When the steps of an ending come, in milliseconds from its begin. */
export interface EndTiming {
  readonly terminateAfter: number;
  readonly killAfter: number;
}

const POLL_MS = 20;
/** How long to wait for the kernel to clear away what was killed. */
const AFTER_KILL_MS = 1_000;

/**
 * Ends process groups: waits until `terminateAfter`, sends SIGTERM, waits until `killAfter`, sends SIGKILL (STD-07).
 * Resolves as soon as all are gone, at the latest a second after SIGKILL. POSIX only.
 */
export async function endGroups(groups: readonly number[], timing: EndTiming): Promise<void> {
  let left = await waitUntilGone(groups, timing.terminateAfter);
  for (const group of left) signalGroup(group, 'SIGTERM');
  left = await waitUntilGone(left, timing.killAfter - timing.terminateAfter);
  for (const group of left) signalGroup(group, 'SIGKILL');
  await waitUntilGone(left, AFTER_KILL_MS);
}

async function waitUntilGone(groups: readonly number[], milliseconds: number): Promise<readonly number[]> {
  const deadline = performance.now() + milliseconds;
  let left = groups.filter((group) => signalGroup(group, 0));
  while (left.length > 0 && performance.now() < deadline) {
    await delay(POLL_MS);
    left = left.filter((group) => signalGroup(group, 0));
  }
  return left;
}

/** Ends a process and all of its descendants at once (Windows, which knows no groups). Resolves in any case. */
export function killTreeOnWindows(pid: number): Promise<void> {
  return new Promise((resolve) => {
    // A failure means that the process is gone already: there is nothing else to do then.
    execFile('taskkill', ['/pid', String(pid), '/t', '/f'], { windowsHide: true }, () => resolve());
  });
}

interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
}

/**
 * The groups of a process's descendants that left its own group, as programs do that start a browser. To be asked
 * while the process lives: orphans have lost their parent. Empty where `ps` is missing.
 */
export async function groupsLeftBy(pid: number): Promise<readonly number[]> {
  const children = new Map<number, ProcessRow[]>();
  for (const row of await listProcesses()) {
    const siblings = children.get(row.parent);
    if (siblings === undefined) children.set(row.parent, [row]);
    else siblings.push(row);
  }
  const groups = new Set<number>();
  const pending = [pid];
  for (let parent = pending.pop(); parent !== undefined; parent = pending.pop()) {
    for (const row of children.get(parent) ?? []) {
      groups.add(row.group);
      pending.push(row.pid);
    }
  }
  groups.delete(pid);
  return [...groups].filter((group) => group > 1);
}

let listing: Promise<readonly ProcessRow[]> | undefined;

/** One `ps` for all who ask at the same time: a closing app ends many children at once. */
function listProcesses(): Promise<readonly ProcessRow[]> {
  listing ??= runPs().finally(() => {
    listing = undefined;
  });
  return listing;
}

function runPs(): Promise<readonly ProcessRow[]> {
  return new Promise((resolve) => {
    execFile(
      'ps',
      ['-A', '-o', 'pid=,ppid=,pgid='],
      { maxBuffer: 16 * 1024 * 1024, timeout: 1_000 },
      (error, output) => resolve(error ? [] : output.split('\n').flatMap(parseRow)),
    );
  });
}

function parseRow(line: string): ProcessRow[] {
  const [pid, parent, group] = line.trim().split(/\s+/).map(Number);
  return pid && parent !== undefined && group ? [{ pid, parent, group }] : [];
}
