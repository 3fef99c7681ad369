import { describe, expect, test } from 'vitest';
import { authorizationOffer } from '../../../renderer/features/backends/form/authorization.ts';
import type { RemoteConnection } from '../../../renderer/features/backends/form/draft.ts';
import { emptyForm } from '../../../renderer/features/backends/form/draft.ts';

const remoteWith = (change: Partial<RemoteConnection>): RemoteConnection => ({
  ...(emptyForm().connection as RemoteConnection),
  ...change,
});
const plain = (value: string): RemoteConnection =>
  remoteWith({
    headers: [
      { name: 'authorization', value },
      { name: 'X-Region', value: 'eu' },
    ],
  });

describe('a static header Authorization', () => {
  test.each([
    ['Bearer abc.def', { strategy: 'bearer' }, 'token', 'abc.def'],
    ['  bearer   abc ', { strategy: 'bearer' }, 'token', 'abc'],
    [`Basic ${btoa('ada:pa:ss')}`, { strategy: 'basic', username: 'ada' }, 'password', 'pa:ss'],
    ['Basic not!base64', { strategy: 'header', header: 'Authorization' }, 'value', 'Basic not!base64'],
    ['ApiKey 77', { strategy: 'header', header: 'Authorization' }, 'value', 'ApiKey 77'],
    ['sk-77', { strategy: 'header', header: 'Authorization' }, 'value', 'sk-77'],
    ['', { strategy: 'bearer' }, 'token', ''],
  ])('%j becomes the sign-in %j', (typed, auth, secret, value) => {
    const offer = authorizationOffer(plain(typed), {});
    expect(offer).toMatchObject({ auth, secret, value, oldKey: undefined });
    expect(offer?.connection).toMatchObject({ auth, headers: [{ name: 'X-Region', value: 'eu' }] });
  });

  test('typed as a secret moves with what was typed; a stored one has to be entered again', () => {
    const secret = remoteWith({ secretHeaders: ['Authorization', 'X-Key'] });
    const typed = { 'header/Authorization': 'Bearer abc' };
    expect(authorizationOffer(secret, typed)).toMatchObject({ value: 'abc', oldKey: 'header/Authorization' });
    expect(authorizationOffer(secret, {})).toMatchObject({ value: '', secret: 'token' });
    expect(authorizationOffer(secret, {})?.connection.secretHeaders).toEqual(['X-Key']);
  });

  test('is left to the rules of collision where a sign-in is set, and nothing is offered without one', () => {
    const both = { ...plain('Bearer a'), auth: { strategy: 'oauth' as const } };
    expect(authorizationOffer(both, {})).toBeUndefined();
    expect(authorizationOffer(remoteWith({}), {})).toBeUndefined();
  });
});
