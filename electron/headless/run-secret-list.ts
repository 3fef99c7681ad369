import { secretTargets } from '../app/control/secret-targets.ts';
import type { ConfigState } from '../config/config-state.ts';
import { gatewaySecrets } from '../secrets/gateway-secrets.ts';
import { KeychainUnavailable } from '../secrets/keychain/keychain-session.ts';
import { secretKey } from '../secrets/secret-key.ts';
import type { SecretRef } from '../secrets/secret-store.ts';
import { openForCommand } from './open-config.ts';
import { openSecrets, type Secrets } from './open-secrets.ts';
import { EXIT, say, sayJson, warn } from './output.ts';
import { label, type SecretOptions } from './run-secret.ts';

/** `unused`: stored, but the config does not name it; `unknown`: the keychain does not answer. */
type Standing = 'stored' | 'environment' | 'missing' | 'unused' | 'unknown';

interface SecretLine extends SecretRef {
  readonly state: Standing;
}

/** Lists names, of what the config asks for and of what is stored; never a value. Exit code 1 without a keychain. */
export async function runSecretList(options: SecretOptions): Promise<void> {
  using file = await openForCommand(options.config);
  using secrets = await openSecrets();
  const wanted = wantedBy(file.current());
  const stored = await storedNames(secrets);
  const lines = linesOf(wanted, stored.refs, secrets);
  if (stored.reason !== undefined) process.exitCode = EXIT.problems;
  if (options.json) return sayJson({ keychain: stored.reason ?? 'ready', secrets: lines });
  if (stored.reason !== undefined) warn(`The keychain cannot be read: ${stored.reason}`);
  else if (lines.length === 0) say('No backend asks for a secret, and none is stored.');
  for (const line of lines) say([line.backend, label(line), line.state].join('  '));
}

function wantedBy({ config, disabled }: ConfigState): readonly SecretRef[] {
  const off = disabled.flatMap(({ backend, config: known }) =>
    known === undefined ? [] : [[backend, known] as const],
  );
  return [
    ...gatewaySecrets(config.gateway.auth),
    ...[...config.backends, ...off].flatMap(([name, backend]) => secretTargets(name, backend)),
  ];
}

async function storedNames({ keychain }: Secrets): Promise<{ refs?: readonly SecretRef[]; reason?: string }> {
  try {
    return { refs: await keychain.list() };
  } catch (error) {
    if (error instanceof KeychainUnavailable) return { reason: error.fault.reason };
    throw error;
  }
}

function linesOf(
  wanted: readonly SecretRef[],
  stored: readonly SecretRef[] | undefined,
  { environment }: Secrets,
): readonly SecretLine[] {
  const known = new Set(stored?.map(secretKey));
  const asked = new Set(wanted.map(secretKey));
  const standing = (ref: SecretRef): Standing => {
    if (environment?.has(ref) === true) return 'environment';
    if (stored === undefined) return 'unknown';
    return known.has(secretKey(ref)) ? 'stored' : 'missing';
  };
  return [
    ...wanted.map((ref) => ({ ...ref, state: standing(ref) })),
    ...(stored ?? [])
      .filter((ref) => !asked.has(secretKey(ref)) && !isOurOwn(ref))
      .map((ref) => ({ ...ref, state: 'unused' as const })),
  ];
}

/** Keys of our authorization server and sign-ins are made and removed by Patchbay, never by hand. */
function isOurOwn({ backend, kind, name }: SecretRef): boolean {
  return backend.startsWith('@') || (kind === 'auth' && name === 'oauth');
}
