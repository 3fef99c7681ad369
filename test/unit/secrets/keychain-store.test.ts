import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import {
  ENTRY_BYTES,
  formatHead,
  type Head,
  parseHead,
  splitValue,
} from '../../../electron/secrets/keychain/keychain-layout.ts';
import { createKeychainStore } from '../../../electron/secrets/keychain/keychain-store.ts';
import { Secret } from '../../../electron/secrets/secret.ts';
import type { SecretRef } from '../../../electron/secrets/secret-store.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createFakeKeychain } from '../../support/fake-keychain.ts';

const TOKEN: SecretRef = { backend: 'billing', kind: 'auth', name: 'token' };
const LOCKED = { ok: false, message: 'Cannot create an item in a locked collection' } as const;
const LONG = 'a'.repeat(6_000);
const OTHER = 'b'.repeat(9_000);
const HOUR = 3_600_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const keychain = createFakeKeychain();
  return { keychain, store: createKeychainStore({ start: keychain.start }) };
}

async function stored(store: ReturnType<typeof createKeychainStore>): Promise<string> {
  const read = await store.read(TOKEN);
  return read.state === 'found' ? read.secret.reveal() : read.state;
}

test(verifies(['SEC-03'], 'pieces fit a Windows credential and together are the value'), () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 9_000, size: 'max' }), (value) => {
      const pieces = splitValue(value);
      expect(pieces.join('')).toBe(value);
      for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(ENTRY_BYTES);
    }),
    { numRuns: 30 },
  );
  // The head's own mark counts too.
  expect(Buffer.byteLength(formatHead({ kind: 'whole', value: 'x'.repeat(ENTRY_BYTES) }))).toBeLessThan(
    2_560,
  );
});

test('heads lead back; a text that is none is no value', () => {
  const head: Head = { kind: 'parts', generation: 'k1-ab', count: 27, sha256: 'f'.repeat(64) };
  expect(parseHead(formatHead(head))).toEqual(head);
  for (const text of ['', '=', '+', 'plain', '+k1-ab 0 ff', `+k1-ab 100 ${'f'.repeat(64)}`]) {
    expect(parseHead(text)).toBeUndefined();
  }
});

test.each([
  [LONG, OTHER],
  ['short', LONG],
  [LONG, 'short'],
])(
  verifies(['SEC-04'], 'a write that stops at any call leaves the old or the new value, whole'),
  async (before, after) => {
    const seen = new Set<string>();
    for (let stop = 1; stop < 12; stop += 1) {
      const { keychain, store } = setUp();
      await store.write(TOKEN, new Secret(before));
      const base = keychain.requests.length;
      keychain.intercept = (_request, count) => (count - base >= stop ? LOCKED : undefined);
      await store.write(TOKEN, new Secret(after));
      keychain.intercept = () => undefined;
      const next = createKeychainStore({ start: keychain.start });
      const value = await stored(next);
      expect([before, after]).toContain(value);
      seen.add(value);
      // What was left behind goes at a later start, and the value stays.
      vi.setSystemTime(Date.now() + 2 * HOUR);
      await next.sweep();
      expect(await stored(next)).toBe(value);
      const parts = [...keychain.entries.keys()].filter((account) => account.includes('#'));
      expect(parts.length).toBe(splitValue(value).length > 1 ? splitValue(value).length : 0);
    }
    expect(seen.size).toBe(2);
  },
);

test(verifies(['SEC-04'], 'a removal that stops is a removal or nothing, never a piece'), async () => {
  for (let stop = 1; stop < 8; stop += 1) {
    const { keychain, store } = setUp();
    await store.write(TOKEN, new Secret(LONG));
    const base = keychain.requests.length;
    keychain.intercept = (_request, count) => (count - base >= stop ? LOCKED : undefined);
    await store.remove(TOKEN);
    keychain.intercept = () => undefined;
    expect([LONG, 'missing']).toContain(await stored(createKeychainStore({ start: keychain.start })));
  }
});

test(verifies(['SEC-04'], 'a value with a lost or changed part is missing, not shorter'), async () => {
  for (const spoil of ['delete', 'change'] as const) {
    const { keychain, store } = setUp();
    await store.write(TOKEN, new Secret(LONG));
    const part = [...keychain.entries.keys()].find((account) => account.endsWith('.1')) ?? '';
    if (spoil === 'delete') keychain.entries.delete(part);
    else keychain.entries.set(part, 'x');
    expect(await stored(store)).toBe('missing');
  }
});

test(verifies(['SEC-04'], 'parts that another process may just be writing are left alone'), async () => {
  const { keychain, store } = setUp();
  keychain.entries.set(`k#${Date.now().toString(36)}-ab.0`, 'x');
  expect(await store.sweep()).toBe(0);
  vi.setSystemTime(Date.now() + 2 * HOUR);
  expect(await store.sweep()).toBe(1);
});

test(verifies(['SEC-02'], 'a locked keychain is asked once a second, not on every call'), async () => {
  const { keychain, store } = setUp();
  keychain.intercept = () => LOCKED;
  for (let call = 0; call < 1_000; call += 1) expect((await store.read(TOKEN)).state).toBe('locked');
  expect(keychain.requests.length).toBe(1);
  vi.setSystemTime(Date.now() + 1_001);
  keychain.intercept = () => undefined;
  keychain.entries.set('billing/auth/token', '=v');
  expect(await stored(store)).toBe('v');
});

test(verifies(['SEC-02', 'CLK-01'], 'a clock that is set back does not keep it locked'), async () => {
  const { keychain, store } = setUp();
  keychain.intercept = () => LOCKED;
  expect((await store.read(TOKEN)).state).toBe('locked');
  keychain.intercept = () => undefined;
  vi.setSystemTime(Date.now() - 24 * HOUR);
  expect(await stored(store)).toBe('missing');
});

test(
  verifies(['SEC-02'], 'after an ignored prompt there is no other one until somebody asks for it'),
  async () => {
    const { keychain, store } = setUp();
    keychain.intercept = () => 'silent';
    const answer = store.read(TOKEN);
    await vi.advanceTimersByTimeAsync(5_000);
    expect((await answer).state).toBe('locked');
    for (let minute = 0; minute < 5; minute += 1) {
      await vi.advanceTimersByTimeAsync(60_000);
      expect((await store.read(TOKEN)).state).toBe('locked');
    }
    expect(keychain.requests.length).toBe(1);
    keychain.intercept = () => undefined;
    expect(await store.retry()).toEqual({ state: 'ready', kind: 'keychain' });
  },
);

test(verifies(['SEC-02'], 'one call is in flight at a time'), async () => {
  const { keychain, store } = setUp();
  // A second call while one is under way would be refused as unanswered, which reads as locked.
  const answers = await Promise.all(Array.from({ length: 50 }, () => store.read(TOKEN)));
  expect(answers.every((answer) => answer.state === 'missing')).toBe(true);
  expect(keychain.requests.length).toBeGreaterThan(50);
});

test('a process that ends in the middle of a call is started again, once', async () => {
  const { keychain, store } = setUp();
  keychain.entries.set('billing/auth/token', '=v');
  let ends = 0;
  const crashing = createKeychainStore({
    start: (events) => {
      if (ends++ > 0) return keychain.start(events);
      return { send: () => queueMicrotask(() => events.ended()), kill: () => {} };
    },
  });
  expect(await stored(crashing)).toBe('v');
  expect(ends).toBe(2);
  expect(await stored(store)).toBe('v');
});
