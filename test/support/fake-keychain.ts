import type { StartKeychainProcess } from '../../electron/secrets/keychain/keychain-child.ts';
import type { KeychainReply, KeychainRequest } from '../../electron/secrets/keychain/keychain-message.ts';

/** A keychain in memory behind the process seam, whose calls a test can count, fail or leave without answer. */
export interface FakeKeychain {
  readonly start: StartKeychainProcess;
  readonly entries: Map<string, string>;
  readonly requests: KeychainRequest[];
  /** Decides instead of the keychain; `undefined`: the keychain answers; `'silent'`: nobody does. */
  intercept: (request: KeychainRequest, count: number) => KeychainReply | 'silent' | undefined;
}

/** Makes an empty, open keychain. */
export function createFakeKeychain(): FakeKeychain {
  const entries = new Map<string, string>();
  const requests: KeychainRequest[] = [];
  const fake: FakeKeychain = {
    entries,
    requests,
    intercept: () => undefined,
    start: (events) => ({
      send({ id, ...request }) {
        requests.push(request as KeychainRequest);
        const reply =
          fake.intercept(request as KeychainRequest, requests.length) ?? perform(entries, request);
        if (reply !== 'silent') queueMicrotask(() => events.replied({ id, ...reply }));
      },
      kill: () => queueMicrotask(() => events.ended()),
    }),
  };
  return fake;
}

function perform(entries: Map<string, string>, request: KeychainRequest): KeychainReply {
  switch (request.operation) {
    case 'get':
      return { ok: true, value: entries.get(request.account) ?? null };
    case 'set':
      entries.set(request.account, request.value);
      return { ok: true, value: true };
    case 'delete':
      return { ok: true, value: entries.delete(request.account) };
    case 'list':
      return { ok: true, value: [...entries.keys()] };
  }
}
