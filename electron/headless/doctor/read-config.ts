import type { Problem } from '../../../shared/errors/problem.ts';
import { checkConfigFile } from '../../config/check-file.ts';
import { type ConfigState, NO_FILE, toState } from '../../config/config-state.ts';
import { readUsable } from '../../config/load.ts';
import { readConfigFile } from '../../config/read-file.ts';
import type { Finding } from './finding.ts';

/** The configuration as a start would find it, read without repairing anything. */
export interface ConfigLook {
  readonly state: ConfigState;
  readonly findings: readonly Finding[];
}

/** Reads the file; one that cannot be used is a problem, and the defaults stand in for the other checks. */
export async function lookAtConfig(path: string, named: boolean): Promise<ConfigLook> {
  const { problems } = await checkConfigFile(path, named);
  const found = await readConfigFile(path);
  const usable = found.state === 'found' ? readUsable(path, found) : undefined;
  const raw = usable !== undefined && !('problems' in usable) ? usable.raw : { version: 1 };
  const state = toState(raw, usable?.revision ?? NO_FILE, [], {});
  return { state, findings: problems.length > 0 ? problems.map(toFinding) : [sound(path, state)] };
}

function toFinding({ severity, code, place, message, fix }: Problem): Finding {
  const state = severity === 'error' ? 'problem' : 'note';
  return { check: 'config', subject: place, state, message: `${message} [${code}]`, fix };
}

function sound(path: string, { config }: ConfigState): Finding {
  const count = config.backends.size;
  const message = `is sound, with ${count} backend${count === 1 ? '' : 's'}`;
  return { check: 'config', subject: path, state: 'well', message };
}
