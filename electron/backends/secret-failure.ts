import type { SecretRead } from '../secrets/secret-store.ts';
import { failure } from './failure.ts';
import type { BackendFailure } from './transport.ts';

/**
 * Why a secret could not be read. Names the backend and the header or variable, never identifier or value; a locked
 * store is not reported as a missing entry (B43, B44, STA-01).
 */
export function secretFailure(
  backend: string,
  what: string,
  read: Exclude<SecretRead, { state: 'found' }>,
): BackendFailure {
  const made =
    read.state === 'missing'
      ? failure('secret.missing', `${backend}: the ${what} has no stored value`)
      : failure(
          read.state === 'locked' ? 'secret.locked' : 'secret.absent',
          `${backend}: the ${what} cannot be read: ${read.reason}`,
        );
  return { ...made, notProcessed: true };
}
