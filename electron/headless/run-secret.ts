import { ControlFault } from '../../shared/control/result.ts';
import { problem } from '../../shared/errors/problem.ts';
import { checkSecretValue } from '../app/control/secrets.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigFile } from '../config/config-file.ts';
import type { Secret } from '../secrets/secret.ts';
import type { SecretRef, SecretStore, SecretWrite } from '../secrets/secret-store.ts';
import { openForCommand } from './open-config.ts';
import { openSecrets } from './open-secrets.ts';
import { say, sayJson, warn } from './output.ts';
import { readSecretValue } from './read-secret-value.ts';
import type { SecretName } from './secret-name.ts';
import { findSecretPlace, notListed, type SecretPlace } from './secret-place.ts';

export interface SecretOptions {
  readonly config?: string;
  readonly json?: true;
}

/** Stores the value that comes on standard input in the keychain. Refused for a name that the config does not list. */
export async function runSecretSet(
  backend: string,
  wanted: SecretName,
  options: SecretOptions & { readonly add?: true },
): Promise<void> {
  using file = await openForCommand(options.config);
  const place = findSecretPlace(file, backend, wanted);
  if (place.toAdd !== undefined && options.add !== true) throw new ConfigError([notListed(place)]);
  const given = await readSecretValue(`The value of ${label(place.ref)} for ${backend} (it is not shown): `);
  checkValue(place.ref, given.secret);
  if (given.trimmed && !process.stdin.isTTY) warn('note: the line end behind the value was left out');
  using secrets = await openSecrets();
  orThrow(place.ref, await secrets.store.write(place.ref, given.secret));
  await list(file, place, secrets.store);
  const added = place.toAdd !== undefined;
  if (options.json) return sayJson({ stored: place.ref, addedToConfig: added, trimmed: given.trimmed });
  say(
    `Stored ${label(place.ref)} of ${backend} in the keychain${added ? ', and listed it in the config' : ''}.`,
  );
}

/** Lists the name in the config. Where that is refused, the value goes again: nobody would use it. */
async function list(file: ConfigFile, { ref, toAdd }: SecretPlace, store: SecretStore): Promise<void> {
  if (toAdd === undefined) return;
  const saved = await file.edit(file.current().revision, [toAdd]);
  if (saved.ok) return;
  orThrow(ref, await store.remove(ref));
  throw new ConfigError(saved.problems);
}

function checkValue(ref: SecretRef, secret: Secret): void {
  try {
    checkSecretValue(ref, secret.reveal());
  } catch (error) {
    if (!(error instanceof ControlFault)) throw error;
    const { code, message, fix = 'Hand over the value alone.' } = error.failure;
    throw new ConfigError([problem(code, `${ref.backend} ${label(ref)}`, message, fix)]);
  }
}

const WAYS_OUT = {
  locked: 'Unlock the keychain, and try again.',
  absent: 'Start a keychain (on Linux a Secret Service such as gnome-keyring), or use PATCHBAY_SECRETS.',
  'too-large': 'Hand over the value alone.',
  'read-only': 'Change it where PATCHBAY_SECRETS is set.',
} as const;

/** Throws `ConfigError` where the store did not take a change. */
export function orThrow(ref: SecretRef, written: SecretWrite): void {
  if (written.ok) return;
  const { state, reason } = written;
  const place = `${ref.backend} ${label(ref)}`;
  throw new ConfigError([
    problem(`secret.${state}`, place, `Nothing was changed. ${reason}`, WAYS_OUT[state]),
  ]);
}

/** `header:X-Api-Key`, as the command line writes it. */
export function label({ kind, name }: SecretName): string {
  return `${kind}:${name}`;
}
