import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretForms } from '../../electron/secrets/secret-forms.ts';
import { type Ended, runScript, type StartOptions } from './processes.ts';
import { createTempDir, type TempDir } from './temp-dir.ts';

const MAIN = join(import.meta.dirname, '../../electron/headless/main.ts');

/** A user's home of its own, and the command line in it. */
export interface CliHome extends TempDir {
  /** The configuration file that `run` names with `--config`. */
  readonly config: string;
  /** Runs `patchbay` with this home and nothing else of our environment but the PATH. */
  run(args: readonly string[], options?: Pick<StartOptions, 'env' | 'stdin'>): Promise<Ended>;
  /** The same with `--config` of this home behind. */
  patchbay(...args: string[]): Promise<Ended>;
  writeConfig(config: Record<string, unknown>): Promise<void>;
  readConfig(): Promise<string>;
  /** Every file below the home that holds the value in one of its usual spellings. */
  filesWith(value: string): Promise<readonly string[]>;
}

/** Makes the home; `env` goes to every run. */
export async function createCliHome(env: Record<string, string> = {}): Promise<CliHome> {
  const folder = await createTempDir('patchbay-cli-');
  const config = folder.file('config.json');
  const run: CliHome['run'] = (args, options = {}) =>
    runScript(MAIN, [...args], { ...options, env: { HOME: folder.path, ...env, ...options.env } });
  return {
    ...folder,
    config,
    run,
    patchbay: (...args) => run([...args, '--config', config]),
    writeConfig: (value) => writeFile(config, JSON.stringify({ version: 1, ...value }), { mode: 0o600 }),
    readConfig: () => readFile(config, 'utf8'),
    filesWith: async (value) => {
      const entries = await readdir(folder.path, { recursive: true, withFileTypes: true });
      const paths = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name));
      const texts = await Promise.all(paths.map((path) => readFile(path, 'latin1')));
      return paths.filter((_, index) => mentions(texts[index] ?? '', value));
    },
  };
}

/** Whether a text holds a value: plain, escaped, URL-encoded or base64. */
export function mentions(text: string, value: string): boolean {
  return secretForms(value).some((form) => text.includes(form));
}
