import type { OutgoingAuthSettings } from '../../../shared/config/outgoing-settings.ts';
import { type Checked, problem } from '../../../shared/errors/problem.ts';
import { type HeaderName, parseHeaderName } from '../../../shared/headers/name.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { createNoAuth, createStaticAuth, type OwnedOutgoingAuth } from './static-auth.ts';

/** The strategies whose credential is one stored secret, or none: small, and made without loading anything. */
export type StoredAuthSettings = Extract<
  OutgoingAuthSettings,
  { strategy: 'none' | 'bearer' | 'header' | 'basic' }
>;

const AUTHORIZATION = 'Authorization' as HeaderName;

/** Tells a strategy that `createStoredAuth` makes. */
export function isStoredAuth(settings: { readonly strategy: string }): settings is StoredAuthSettings {
  return ['none', 'bearer', 'header', 'basic'].includes(settings.strategy);
}

/** Makes one of them. Secrets are kept under the backend's name, kind `auth`: `token`, `value`, `password`. */
export function createStoredAuth(
  backend: string,
  settings: StoredAuthSettings,
  store: SecretStore,
): Checked<OwnedOutgoingAuth> {
  switch (settings.strategy) {
    case 'none':
      return { ok: true, value: createNoAuth() };
    case 'bearer': {
      const plan = {
        backend,
        secret: 'token',
        header: AUTHORIZATION,
        value: (token: string) => `Bearer ${token}`,
      };
      return { ok: true, value: createStaticAuth(plan, store) };
    }
    case 'header': {
      const header = parseHeaderName(settings.header);
      if (!header.ok) return refuseSetting(backend, 'header', 'This is not a header name.');
      const plan = { backend, secret: 'value', header: header.name, value: (value: string) => value };
      return { ok: true, value: createStaticAuth(plan, store) };
    }
    case 'basic': {
      const { username } = settings;
      // RFC 7617 section 2: a colon would move into the password; controls are forbidden.
      if (/[:\p{Cc}]/u.test(username)) {
        const text = 'A user name with a colon or a control character cannot be sent.';
        return refuseSetting(backend, 'username', text);
      }
      const plan = { backend, secret: 'password', header: AUTHORIZATION, value: basicValue(username) };
      return { ok: true, value: createStaticAuth(plan, store) };
    }
  }
}

/** RFC 7617: base64 of user-id, colon, password, in UTF-8 as its section 2.1 recommends. */
function basicValue(username: string): (password: string) => string {
  return (password) => `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

/** A setting that cannot work is a problem and disables the backend. */
export function refuseSetting(backend: string, member: string, message: string): Checked<never> {
  const place = `backends.${backend}.auth.${member}`;
  return {
    ok: false,
    problems: [problem('config.field', place, message, 'Correct the sign-in settings of this backend.')],
  };
}
