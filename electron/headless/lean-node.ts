import { accessSync, constants } from 'node:fs';

/**
 * A small space for young objects (in MiB), and WebAssembly compiled once: 22 MiB less memory idle, and no more CPU
 * (docs/performance.md). Node takes both at its start only. bin/ has them, too, for those who start there.
 */
export const LEAN_FLAGS = ['--max-semi-space-size=2', '--liftoff-only'];

/**
 * Starts this program over with the flags, as the same process: its id, its streams and who waits for it stay
 * (execve). Does nothing where a flag is there already, be it with another value, where the system cannot do it
 * (Windows), and where a channel to a parent would be lost. Call it before anything is open.
 */
export function restartLean(): void {
  const names = LEAN_FLAGS.map((flag) => flag.split('=', 1)[0] ?? flag);
  const isTold = process.execArgv.some((given) => names.some((name) => given.startsWith(name)));
  if (isTold || process.channel !== undefined || process.versions.electron !== undefined) return;
  if (process.execve === undefined || !canRun(process.execPath)) return;
  const node = [process.execPath, ...process.execArgv, ...LEAN_FLAGS];
  process.execve(process.execPath, [...node, ...process.argv.slice(1)]);
}

/** Node may have been updated away under us, and a failed execve ends the process. */
function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
