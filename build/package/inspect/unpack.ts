import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTool } from '../find-tool.ts';

export interface Unpacked extends Disposable {
  readonly folder: string;
}

/**
 * The content of a package as a folder: a folder as it is, an archive in a temporary copy that disposing removes. Throws
 * `Error` for a kind that no program of this machine opens.
 */
export function unpack(path: string): Unpacked {
  if (statSync(path).isDirectory()) return { folder: path, [Symbol.dispose]: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-package-'));
  const [program, ...args] = commandFor(path, folder);
  execFileSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  return { folder, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

function commandFor(path: string, folder: string): [program: string, ...args: string[]] {
  if (path.endsWith('.deb')) return ['dpkg-deb', '--extract', path, folder];
  if (path.endsWith('.tar.gz')) return ['tar', '-xzf', path, '-C', folder];
  const sevenZip = findTool('7zz', '7z', '7za');
  if (path.endsWith('.zip') && sevenZip !== undefined) return [sevenZip, 'x', '-y', `-o${folder}`, path];
  if (path.endsWith('.zip')) return ['unzip', '-q', path, '-d', folder];
  throw new Error(`${path} is of a kind that is not opened here: give the unpacked folder`);
}
