import { problem } from '../../shared/errors/problem.ts';
import { createOutgoingAuth, isOAuthAuth } from '../auth/outgoing/create-outgoing-auth.ts';
import type { OAuthAuth, SignedOut } from '../auth/outgoing/oauth/oauth-auth.ts';
import { signInRef } from '../auth/outgoing/oauth/stored-sign-in.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigFile } from '../config/config-file.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { openForCommand } from './open-config.ts';
import { openSecrets } from './open-secrets.ts';
import { openByHand, say, sayJson, warn } from './output.ts';
import { settingsOf } from './secret-place.ts';

export interface SignInOptions {
  readonly config?: string;
  readonly json?: true;
}

/**
 * Signs in to one backend and keeps the tokens in the keychain; a gateway that runs hears of it through the stamp.
 * Ends with the sign-in, or after its five minutes. Throws `ConfigError` where nobody signs in to this backend, the
 * sign-in fails or the keychain does not take it.
 */
export async function runSignIn(backend: string, options: SignInOptions): Promise<void> {
  using file = await openForCommand(options.config);
  using secrets = await openSecrets();
  using auth = strategyOf(file, backend, secrets.store);
  const status = await secrets.store.status();
  if (status.state !== 'ready') throw notKept(backend, status.reason);
  const done = await auth.signIn();
  if (!done.ok) throw new ConfigError(done.problems);
  const kept = await secrets.store.read(signInRef(backend));
  if (kept.state !== 'found') throw notKept(backend, 'The keychain did not take the tokens.');
  if (options.json) return sayJson({ signedIn: backend, issuer: done.value });
  say(`Signed in to ${backend} at ${done.value}.`);
}

const SIGNED_OUT: Readonly<Record<SignedOut, (backend: string) => string>> = {
  withdrawn: (backend) => `Signed out of ${backend}; its server has withdrawn the tokens.`,
  forgotten: (backend) =>
    `Signed out of ${backend}. Its server did not withdraw the tokens: a copy of them would work until they expire.`,
  'nobody-was-signed-in': (backend) => `Nobody was signed in to ${backend}.`,
};

/**
 * Signs out of one backend; a gateway that runs hears of it through the stamp. Throws `ConfigError` where nobody signs
 * in to this backend, or the keychain keeps the tokens.
 */
export async function runSignOut(backend: string, options: SignInOptions): Promise<void> {
  using file = await openForCommand(options.config);
  using secrets = await openSecrets();
  using auth = strategyOf(file, backend, secrets.store);
  const done = await auth.signOut();
  if (!done.ok) throw new ConfigError(done.problems);
  if (options.json) return sayJson({ signedOut: backend, tokens: done.value });
  say(SIGNED_OUT[done.value](backend));
}

function strategyOf(file: ConfigFile, backend: string, store: SecretStore): OAuthAuth {
  const config = settingsOf(file, backend);
  if (config.type === 'stdio' || config.auth.strategy !== 'oauth') {
    const fix = 'Set its strategy to oauth first.';
    throw new ConfigError([
      problem('control.not-available', `backends.${backend}.auth`, `Nobody signs in to ${backend}.`, fix),
    ]);
  }
  const made = createOutgoingAuth(backend, config.auth, store, {
    serverUrl: config.url,
    openExternal: async (address) => warn(openByHand(address)),
  });
  if (!made.ok) throw new ConfigError(made.problems);
  if (!isOAuthAuth(made.value)) throw new Error('the strategy oauth came without a sign-in');
  return made.value;
}

function notKept(backend: string, reason: string): ConfigError {
  const fix = 'Unlock or start the keychain, then sign in again.';
  return new ConfigError([problem('secret.locked', `backends.${backend}.auth`, reason, fix)]);
}
