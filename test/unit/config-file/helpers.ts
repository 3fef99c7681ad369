import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type ConfigFile, type OpenOptions, openConfigFile } from '../../../electron/config/config-file.ts';

/** Writes a config file, mode 0600 unless said otherwise. */
export async function put(path: string, content: string | Buffer, mode = 0o600): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content, { mode });
}

/** Opens without watching: a test that changes the file calls `reload` itself. */
export function open(path: string, options: OpenOptions = {}): Promise<ConfigFile> {
  return openConfigFile(path, { watch: false, ...options });
}

export const read = (path: string): Promise<string> => readFile(path, 'utf8');
export const names = async (folder: string): Promise<string[]> => (await readdir(folder)).sort();
export const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
/** The problems as `code severity`. */
export const codes = (file: ConfigFile): string[] =>
  file.current().problems.map(({ code, severity }) => `${code} ${severity}`);

export const GOOD = `{
  "version": 1,
  // who pays
  "backends": {
    "billing": { "type": "http", "url": "https://billing.example/mcp", }, /* trailing */
  },
  "future": { "kept": true },
}
`;
