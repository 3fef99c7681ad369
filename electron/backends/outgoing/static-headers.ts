import type { RemoteBackendConfig } from '../../../shared/config/backend-schema.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { secretFailure } from '../secret-failure.ts';
import type { BackendFailure } from '../transport.ts';
import type { HeaderPair } from './chain.ts';

export type Statics =
  | { readonly ok: true; readonly plain: readonly HeaderPair[]; readonly secret: readonly HeaderPair[] }
  | { readonly ok: false; readonly failure: BackendFailure };

/**
 * The static headers of one backend, secrets read from the store. A missing or locked secret is a failure that names
 * backend and header, never identifier or value; an empty header is never sent (contract section 2, B43, B44).
 */
export async function resolveStatics(
  backend: string,
  config: RemoteBackendConfig,
  secrets: SecretStore,
): Promise<Statics> {
  const secret: HeaderPair[] = [];
  for (const name of config.secretHeaders) {
    const read = await secrets.read({ backend, kind: 'header', name });
    if (read.state === 'found') secret.push([name, read.secret.reveal()]);
    else return { ok: false, failure: secretFailure(backend, `secret header ${name}`, read) };
  }
  return { ok: true, plain: [...config.headers], secret };
}
