import type { BackendConfig, RemoteBackendConfig } from '../../../shared/config/backend-schema.ts';
import type { CallAnswer } from '../../../shared/control/contract.ts';
import { foldName } from '../../../shared/headers/name.ts';
import type { SecretRef } from '../../secrets/secret-store.ts';
import type { ControlContext } from './context.ts';
import { refuse } from './refuse.ts';

export type SecretStatusView = CallAnswer<'secrets.status'>['secrets'][number];

/** The name of the secret that each strategy needs of a person; the names are those of electron/auth/outgoing. */
const AUTH_SECRETS: Readonly<Record<RemoteBackendConfig['auth']['strategy'], readonly string[]>> = {
  none: [],
  bearer: ['token'],
  header: ['value'],
  basic: ['password'],
  oauth: [],
  client_credentials: ['client-secret'],
  token_exchange: ['client-secret'],
  upstream: [],
};

/** A registered OAuth client may have a secret; most have none, so its absence is no fault. */
const OPTIONAL_AUTH_SECRETS: Readonly<Record<string, readonly string[]>> = { oauth: ['client-secret'] };

/** Every secret that the settings of a backend name. */
export function secretTargets(backend: string, config: BackendConfig): readonly SecretRef[] {
  if (config.type === 'stdio') return config.secretEnv.map((name) => ({ backend, kind: 'env', name }));
  return [
    ...config.secretHeaders.map((name) => ({ backend, kind: 'header' as const, name })),
    ...AUTH_SECRETS[config.auth.strategy].map((name) => ({ backend, kind: 'auth' as const, name })),
  ];
}

/** The target that is meant, in the spelling of the config; refused where the settings do not name it. */
export function secretTarget(
  backend: string,
  config: BackendConfig,
  wanted: Omit<SecretRef, 'backend'>,
): SecretRef {
  const optional = config.type === 'stdio' ? [] : (OPTIONAL_AUTH_SECRETS[config.auth.strategy] ?? []);
  const all = [
    ...secretTargets(backend, config),
    ...optional.map((name) => ({ backend, kind: 'auth' as const, name })),
  ];
  const found = all.find(
    ({ kind, name }) =>
      kind === wanted.kind &&
      (kind === 'header' ? foldName(name) === foldName(wanted.name) : name === wanted.name),
  );
  if (found !== undefined) return found;
  const fix = 'Name it in the settings of the backend first.';
  return refuse('secret.missing', `${backend} has no secret ${wanted.kind} ${wanted.name}.`, { fix });
}

/** What may be known of one secret: whether it is set, and a fingerprint to tell it from another. */
export async function secretStatus(
  { patchbay, fingerprint, extras }: ControlContext,
  ref: SecretRef,
): Promise<SecretStatusView> {
  const read = await patchbay.secrets.read(ref);
  const from = extras.fromEnvironment?.(ref) === true ? 'environment' : 'keychain';
  const target = { backend: ref.backend, kind: ref.kind, name: ref.name, from } as const;
  if (read.state === 'found') {
    return { ...target, status: 'set', fingerprint: fingerprint(read.secret.reveal()) };
  }
  return { ...target, status: read.state === 'missing' ? 'missing' : 'unknown' };
}

/** The first secret of a backend that is not set. */
export async function missingSecret(
  { patchbay }: ControlContext,
  backend: string,
  config: BackendConfig,
): Promise<SecretRef | undefined> {
  for (const ref of secretTargets(backend, config)) {
    if ((await patchbay.secrets.read(ref)).state === 'missing') return ref;
  }
  return undefined;
}
