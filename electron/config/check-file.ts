import { isRefused, parseConfig } from '../../shared/config/parse-config.ts';
import { type Problem, problem } from '../../shared/errors/problem.ts';
import { readUsable } from './load.ts';
import { readConfigFile } from './read-file.ts';

/**
 * Everything that is wrong with a config file, held to the strict rules of a save (CFG-18). Restores and rewrites
 * nothing. A file that does not exist is an error where it was named.
 */
export async function checkConfigFile(
  path: string,
  named: boolean,
): Promise<{ readonly ok: boolean; readonly problems: readonly Problem[] }> {
  const found = await readConfigFile(path);
  if (found.state === 'refused') return { ok: false, problems: [found.problem] };
  if (found.state === 'missing') {
    const fix = 'It is made with the first change, or write {"version": 1} yourself.';
    const missing = problem('config.file', path, `${path} does not exist.`, fix, named ? 'error' : 'warning');
    return { ok: !named, problems: [missing] };
  }
  const usable = readUsable(path, found);
  if ('problems' in usable) return { ok: false, problems: usable.problems };
  const parsed = parseConfig(usable.raw, { purpose: 'save' });
  return { ok: !isRefused(parsed), problems: [...usable.notes, ...parsed.problems] };
}
