import { statSync } from 'node:fs';
import type { BackendConfig, StdioBackendConfig } from '../../../shared/config/backend-schema.ts';
import type { Config } from '../../../shared/config/config.ts';
import { secretTargets } from '../../app/control/secret-targets.ts';
import { buildChildEnvironment } from '../../backends/stdio/child-environment.ts';
import type { LoginEnvironment } from '../../backends/stdio/login-environment.ts';
import { resolveCommand } from '../../backends/stdio/resolve-command.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { label } from '../run-secret.ts';
import type { Finding } from './finding.ts';
import type { Probe } from './probe.ts';
import { probeFinding } from './probe-finding.ts';

/** What the look at the backends needs of the rest. */
export interface BackendLook {
  readonly config: Config;
  readonly store: SecretStore;
  readonly login: () => Promise<LoginEnvironment>;
  readonly probe: Probe;
}

/**
 * Every backend: its secrets, then whether it answers (over HTTP, within 5 s, with its own credentials and without any
 * header of a caller) or could be started (stdio: nothing is started).
 */
export async function checkBackends(look: BackendLook): Promise<readonly Finding[]> {
  const found = [...look.config.backends].map(([name, backend]) => checkBackend(name, backend, look));
  return (await Promise.all(found)).flat();
}

async function checkBackend(
  name: string,
  backend: BackendConfig,
  look: BackendLook,
): Promise<readonly Finding[]> {
  if (!backend.enabled) return [finding('note', name, 'is switched off')];
  const missing = await missingSecrets(name, backend, look.store);
  if (missing.length > 0) return missing;
  if (backend.type !== 'stdio') return [probeFinding(name, await look.probe(name, backend))];
  return [checkProcess(name, backend, await look.login())];
}

async function missingSecrets(
  name: string,
  backend: BackendConfig,
  store: SecretStore,
): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  for (const ref of secretTargets(name, backend)) {
    const read = await store.read(ref);
    if (read.state === 'found') continue;
    const what = label(ref);
    if (read.state === 'missing') {
      const fix = `patchbay secret set ${name} ${what}`;
      found.push(finding('problem', name, `its secret ${what} has no stored value, so it is off`, fix));
    } else {
      const fix = 'See what is said of the keychain.';
      found.push(finding('problem', name, `its secret ${what} cannot be read: ${read.reason}`, fix));
    }
  }
  return found;
}

/** Whether the process of a backend could be started; decided as at its start, without starting it. */
export function checkProcess(name: string, backend: StdioBackendConfig, login: LoginEnvironment): Finding {
  const { platform } = process;
  const own = Object.fromEntries(backend.env);
  const built = buildChildEnvironment({
    login: login.variables,
    own,
    secrets: {},
    fromHeaders: {},
    platform,
  });
  if (!built.ok)
    return finding('problem', name, built.reason, `Change that variable in backends.${name}.env.`);
  const cwd = backend.cwd ?? process.cwd();
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true) {
    return finding(
      'problem',
      name,
      `its working folder ${cwd} does not exist`,
      `Correct backends.${name}.cwd.`,
    );
  }
  const { env } = built;
  const search = { path: env.PATH ?? env.Path ?? '', cwd, platform, pathExtensions: env.PATHEXT ?? '' };
  const { found, reason } = resolveCommand(backend.command, search);
  if (found !== undefined) return finding('well', name, `can be started with ${found} (it was not)`);
  return finding('problem', name, reason, 'Install the program, or write its full path.');
}

function finding(state: Finding['state'], subject: string, message: string, fix?: string): Finding {
  return { check: 'backends', subject, state, message, ...(fix === undefined ? {} : { fix }) };
}
