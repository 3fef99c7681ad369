import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createPassingSecrets } from '../../../electron/secrets/passing-secrets.ts';
import { Secret } from '../../../electron/secrets/secret.ts';
import { createSecretRegistry } from '../../../electron/secrets/secret-registry.ts';
import { verifies } from '../../requirements/verifies.ts';

const CANARY = 'c@n"ary/ä+ =\\9f8e 7d';

function registryWith(...values: string[]) {
  const registry = createSecretRegistry();
  for (const value of values) registry.add(new Secret(value));
  return registry;
}

test.each([
  ['plain', (value: string) => value],
  ['JSON', (value: string) => JSON.stringify({ value })],
  ['JSON in JSON', (value: string) => JSON.stringify(JSON.stringify({ value }))],
  ['a URL', (value: string) => `https://x/?k=${encodeURIComponent(value)}`],
  ['a form', (value: string) => new URLSearchParams({ k: value }).toString()],
  ['base64', (value: string) => Buffer.from(value).toString('base64')],
  ['base64url', (value: string) => Buffer.from(value).toString('base64url')],
  ['Basic', (value: string) => `Basic ${Buffer.from(`user:${value}`).toString('base64')}`],
  [
    'Basic, other alignment',
    (value: string) => `Basic ${Buffer.from(`user2:${value}\n`).toString('base64')}`,
  ],
])(verifies(['SEC-05'], 'a live value is masked in %s'), (_name, wrap) => {
  const text = `before ${wrap(CANARY)} after`;
  const clean = registryWith(CANARY).scrub(text);
  expect(clean).toContain('[secret]');
  expect(clean).toMatch(/^before .* after$/s);
  for (const piece of ['9f8e', Buffer.from('9f8e 7d').toString('base64').slice(0, 6)])
    expect(clean).not.toContain(piece);
});

test('text without a secret stays as it is, and short values are not masked', () => {
  expect(registryWith(CANARY, 'ab').scrub('about cabs')).toBe('about cabs');
});

test('a secret that contains another one leaves nothing behind', () => {
  expect(registryWith('tokentoken', 'token').scrub('a tokentoken b')).toBe('a [secret] b');
});

test('a value stays masked until its last holder is done; a second disposal counts once', () => {
  const registry = createSecretRegistry();
  const first = registry.add(new Secret('shared-value'));
  const second = registry.add(new Secret('shared-value'));
  first[Symbol.dispose]();
  first[Symbol.dispose]();
  expect(registry.scrub('shared-value')).toBe('[secret]');
  second[Symbol.dispose]();
  expect(registry.scrub('shared-value')).toBe('shared-value');
});

test(verifies(['SEC-05'], 'no value survives in any line built around it'), () => {
  fc.assert(
    fc.property(
      fc.string({ minLength: 8, unit: 'binary' }),
      fc.string(),
      fc.string(),
      (value, before, after) => {
        const clean = registryWith(value).scrub(before + value + after);
        // What stands around may itself rebuild the mask's letters, so only the whole value is looked for.
        expect(clean.includes(value)).toBe(false);
      },
    ),
  );
});

test('of the secrets that pass through, the newest stay masked; one seen again counts as new', () => {
  const registry = createSecretRegistry();
  const note = createPassingSecrets(registry, 2);
  for (const value of ['value-1', 'value-2', 'value-1', 'value-3']) note(value);
  expect(registry.scrub('value-1 value-2 value-3')).toBe('[secret] value-2 [secret]');
});
