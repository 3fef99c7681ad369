import { readdir, readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';

/** One file of the built window. */
export interface WindowFile {
  readonly type: string;
  read(): Promise<Buffer>;
}

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};

/**
 * The files of the built window by their path in an address. Listed once: a path that is not in the list is not
 * there, so no path can lead out of the folder. Rejects with the system's error where the folder cannot be read.
 */
export async function listWindowFiles(folder: string): Promise<ReadonlyMap<string, WindowFile>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = new Map<string, WindowFile>();
  for (const entry of entries) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const file = join(entry.parentPath, entry.name);
    const path = `/${file
      .slice(folder.length)
      .split(sep)
      .filter((part) => part !== '')
      .join('/')}`;
    const shown = { type, read: () => readFile(file) };
    files.set(path, shown);
    if (path === '/index.html') files.set('/', shown);
  }
  return files;
}
