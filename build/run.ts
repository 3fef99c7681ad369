import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');

/**
 * Runs a script with this Node in the project's folder, its output going where ours goes. Signals go on to it.
 * Resolves to its exit code; rejects when it cannot be started.
 */
export async function run(what: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [...args], { cwd: root, stdio: 'inherit' });
  const passOn = (signal: NodeJS.Signals): void => void child.kill(signal);
  // A terminal sends SIGINT to the whole group already; only ours not to end before the child is needed.
  const stay = (): void => {};
  process.on('SIGTERM', passOn).on('SIGINT', process.stdin.isTTY ? stay : passOn);
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  process.off('SIGTERM', passOn).off('SIGINT', passOn).off('SIGINT', stay);
  if (signal !== null) process.stderr.write(`${what} was ended by ${signal}\n`);
  return code ?? 1;
}
