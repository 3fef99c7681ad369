import { readFileSync } from 'node:fs';

/** Ticks per second of /proc figures: 100 on every Linux that Node runs on. */
const TICKS = 100;

/** CPU time of a process so far, user and system, in microseconds; NaN where /proc is missing. */
export function cpuMicros(pid: number | undefined): number {
  const text = pid === undefined ? undefined : readProc(pid, 'stat');
  if (text === undefined) return Number.NaN;
  // The name in the second field may hold blanks; times stand at places 14 and 15 (proc(5)).
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS) * 1e6;
}

/** Resident memory of a process, in KiB; NaN where /proc is missing. */
export function residentKib(pid: number): number {
  const text = readProc(pid, 'status');
  return Number(/^VmRSS:\s+(\d+)/m.exec(text ?? '')?.[1] ?? Number.NaN);
}

function readProc(pid: number, name: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}
