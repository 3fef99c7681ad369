import { type ConfigFile, openConfigFile } from '../config/config-file.ts';
import { configPaths } from '../config/config-paths.ts';
import { describeProblem, warn } from './output.ts';

/** Opens the configuration for a command that ends at once, and tells what is wrong with it on standard error. */
export async function openForCommand(override: string | undefined): Promise<ConfigFile> {
  const { configFile, ownFolder } = configPaths(override);
  const file = await openConfigFile(configFile, {
    watch: false,
    ...(ownFolder === undefined ? {} : { ownFolder }),
  });
  for (const found of file.current().problems) {
    if (found.code.startsWith('config.')) warn(describeProblem(found));
  }
  return file;
}
