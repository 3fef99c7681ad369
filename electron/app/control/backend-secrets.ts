import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { CallInput } from '../../../shared/control/contract.ts';
import { Secret } from '../../secrets/secret.ts';
import type { SecretRead, SecretRef } from '../../secrets/secret-store.ts';
import type { ControlContext } from './context.ts';
import { secretTarget, secretTargets } from './secret-targets.ts';
import { checkSecretValue, written } from './secrets.ts';

type SecretWrites = CallInput<'backends.add'>['secrets'];

/** A value that is to be stored along with a save. */
export interface PlannedSecret {
  readonly ref: SecretRef;
  readonly secret: Secret;
}

/** Checks the values that came with a form against its settings; refused before anything is written. */
export function plannedSecrets(name: string, config: BackendConfig, writes: SecretWrites): PlannedSecret[] {
  return writes.map(({ kind, name: target, value }) => {
    const ref = secretTarget(name, config, { kind, name: target });
    checkSecretValue(ref, value);
    return { ref, secret: new Secret(value) };
  });
}

/** The values of a backend under its new name, for those that it still has there and that are not given anew. */
export async function movedSecrets(
  { patchbay }: ControlContext,
  from: string,
  to: string,
  config: BackendConfig,
  given: readonly PlannedSecret[],
): Promise<PlannedSecret[]> {
  const found: PlannedSecret[] = [];
  for (const ref of secretTargets(to, config)) {
    if (given.some(({ ref: other }) => other.kind === ref.kind && other.name === ref.name)) continue;
    const read = await patchbay.secrets.read({ ...ref, backend: from });
    if (read.state === 'found') found.push({ ref, secret: read.secret });
  }
  return found;
}

/**
 * Stores the values, then saves; all or nothing (UIX-07): where a value cannot be stored or the save is refused, what
 * was there before is put back.
 */
export async function withSecrets<T>(
  { patchbay }: ControlContext,
  planned: readonly PlannedSecret[],
  save: () => Promise<T>,
): Promise<T> {
  const before: { readonly ref: SecretRef; readonly read: SecretRead }[] = [];
  try {
    for (const { ref, secret } of planned) {
      before.push({ ref, read: await patchbay.secrets.read(ref) });
      written(ref, await patchbay.secrets.write(ref, secret));
    }
    return await save();
  } catch (refusal) {
    for (const { ref, read } of before.reverse()) {
      if (read.state === 'found') await patchbay.secrets.write(ref, read.secret);
      else await patchbay.secrets.remove(ref);
    }
    throw refusal;
  }
}
