import { expect, test } from 'vitest';
import {
  EnvironmentSecretsError,
  takeEnvironmentSecrets,
} from '../../../electron/secrets/environment-store.ts';
import { Secret } from '../../../electron/secrets/secret.ts';
import { verifies } from '../../requirements/verifies.ts';

const CANARY = 'canary-9f8e7d';

function take(text: string) {
  const env: NodeJS.ProcessEnv = { PATCHBAY_SECRETS: text, HOME: '/home/u' };
  return { env, store: takeEnvironmentSecrets(env) };
}

test('no variable, no store', () => {
  expect(takeEnvironmentSecrets({ HOME: '/home/u' })).toBeUndefined();
});

test(verifies(['SEC-05'], 'the variable is read once and removed from the environment'), async () => {
  const { env, store } = take(JSON.stringify({ billing: { headers: { 'X-Api-Key': CANARY } } }));
  expect(env).toEqual({ HOME: '/home/u' });
  const answer = await store?.read({ backend: 'billing', kind: 'header', name: 'x-api-key' });
  expect(answer?.state === 'found' && answer.secret.reveal()).toBe(CANARY);
});

test('kinds and backends do not mix, also with names that look like paths or prototypes', async () => {
  const { store } = take('{"a/header":{"env":{"K":"1"}},"__proto__":{"auth":{"token":"2"}}}');
  const read = (backend: string, kind: 'header' | 'env' | 'auth', name: string) =>
    store?.read({ backend, kind, name });
  expect(await read('a/header', 'header', 'K')).toEqual({ state: 'missing' });
  expect(await read('a', 'header', 'env/K')).toEqual({ state: 'missing' });
  expect((await read('a/header', 'env', 'K'))?.state).toBe('found');
  expect(await read('constructor', 'auth', 'token')).toEqual({ state: 'missing' });
});

test('it is read-only and says so', async () => {
  const { store } = take('{"billing":{"auth":{"token":"secret-1"}}}');
  const ref = { backend: 'billing', kind: 'auth', name: 'token' } as const;
  expect(await store?.write(ref, new Secret('x'))).toMatchObject({ ok: false, state: 'read-only' });
  expect(await store?.remove(ref)).toMatchObject({ ok: false, state: 'read-only' });
  expect(await store?.status()).toEqual({ state: 'ready', kind: 'environment' });
});

test.each([
  ['broken JSON', `{"billing": "${CANARY}`, 'PATCHBAY_SECRETS', 'not JSON'],
  ['a plain value', `"${CANARY}"`, 'PATCHBAY_SECRETS', 'wrong shape'],
  ['a number as value', '{"b":{"env":{"K":7}}}', 'PATCHBAY_SECRETS.b.env.K', 'wrong shape'],
  ['an unknown kind', `{"b":{"${CANARY}":{}}}`, 'PATCHBAY_SECRETS.b', 'may only hold'],
  ['an empty value', '{"b":{"headers":{"X-A":""}}}', 'PATCHBAY_SECRETS.b.headers.X-A', 'empty'],
  [
    'a header in two cases',
    '{"b":{"headers":{"X-A":"1","x-a":"2"}}}',
    'PATCHBAY_SECRETS.b.headers.x-a',
    'twice',
  ],
])(verifies(['SEC-05'], '%s is refused with a place and without a value'), (_name, text, place, message) => {
  const env: NodeJS.ProcessEnv = { PATCHBAY_SECRETS: text };
  let thrown: unknown;
  try {
    takeEnvironmentSecrets(env);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(EnvironmentSecretsError);
  const error = thrown as EnvironmentSecretsError;
  expect(error.problem).toMatchObject({ place, severity: 'error' });
  expect(error.problem.message).toContain(message);
  expect(`${error.stack}${JSON.stringify(error.problem)}${String(error.cause)}`).not.toContain(CANARY);
  expect(env).toEqual({});
});
