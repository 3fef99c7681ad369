import { problem } from '../../shared/errors/problem.ts';
import { ConfigError } from '../config/config-error.ts';
import { KeychainUnavailable } from '../secrets/keychain/keychain-session.ts';
import type { SecretRef } from '../secrets/secret-store.ts';
import { openSecrets } from './open-secrets.ts';
import { say, sayJson } from './output.ts';
import { label, orThrow } from './run-secret.ts';
import type { SecretName } from './secret-name.ts';

interface Json {
  readonly json?: true;
}

/** Removes a value; the config goes on naming it, so the backend says that it is missing. */
export async function runSecretDelete(backend: string, wanted: SecretName, options: Json): Promise<void> {
  using secrets = await openSecrets();
  const ref: SecretRef = { backend, ...wanted };
  const read = await secrets.store.read(ref);
  if (read.state === 'missing') {
    const fix = 'See what is stored with: patchbay secret list';
    const message = `There is no stored value of ${label(ref)}.`;
    throw new ConfigError([problem('secret.missing', backend, message, fix)]);
  }
  orThrow(ref, await secrets.store.remove(ref));
  if (options.json) return sayJson({ deleted: ref });
  say(`Deleted ${label(ref)} of ${backend} from the keychain.`);
}

/** Removes every entry of ours from the keychain, sign-ins and our own keys included (SEC-07). */
export async function runSecretDeleteAll(options: Json): Promise<void> {
  using secrets = await openSecrets();
  try {
    const count = await secrets.keychain.removeAll();
    if (options.json) return sayJson({ deleted: count });
    say(`Deleted ${count} ${count === 1 ? 'entry' : 'entries'} from the keychain; none of ours is left.`);
  } catch (error) {
    if (!(error instanceof KeychainUnavailable)) throw error;
    const { state, reason } = error.fault;
    const fix = 'Unlock or start the keychain, and try again.';
    throw new ConfigError([problem(`secret.${state}`, '', `Nothing was deleted. ${reason}`, fix)]);
  }
}
