import { z } from 'zod';
import { nothing } from './change.ts';
import { call, event } from './define.ts';
import { keychainState, secretStatus, secretTarget } from './secret-view.ts';
import { backendName, list, secretValue } from './vocabulary.ts';

const target = { backend: backendName, ...secretTarget.shape };

/** Write only: no call gives a stored secret back (UIX-06). */
export const secrets = {
  status: call({
    input: z.strictObject({ backend: backendName.optional() }),
    output: z.object({ keychain: keychainState, secrets: list(secretStatus, 10_000) }),
  }),
  set: call({ input: z.strictObject({ ...target, value: secretValue }), output: secretStatus }),
  remove: call({ input: z.strictObject(target), output: secretStatus }),
  /** Asks the keychain again after it was locked or absent (SEC-02); without waiting for a restart. */
  retry: call({ input: nothing, output: keychainState }),
};

export const secretEvents = {
  changed: event(z.object({ keychain: keychainState, secrets: list(secretStatus, 10_000) })),
};
