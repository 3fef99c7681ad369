import { dirname, join, resolve } from 'node:path';
import envPaths from 'env-paths';

/** Where one installation keeps what is its own. */
export interface ConfigPaths {
  readonly configFile: string;
  /** Logs and other state that may be lost. */
  readonly stateFolder: string;
  /** The folder that is ours alone and is kept at mode 0700; absent where the user chose the file's place. */
  readonly ownFolder?: string;
}

/**
 * Finds the config file and the state folder: the user's own folders by the rules of the operating system, or the
 * file that `--config` names (relative to the working directory; its folder is then not ours to change).
 */
export function configPaths(override?: string): ConfigPaths {
  const own = envPaths('patchbay', { suffix: '' });
  if (override !== undefined) return { configFile: resolve(override), stateFolder: own.log };
  const configFile = join(own.config, 'config.json');
  return { configFile, stateFolder: own.log, ownFolder: dirname(configFile) };
}
