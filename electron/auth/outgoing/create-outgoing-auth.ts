import type { Checked } from '../../../shared/errors/problem.ts';
import { type HeaderName, parseHeaderName } from '../../../shared/headers/name.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { createNoAuth, createStaticAuth, type OwnedOutgoingAuth } from './static-auth.ts';

/** The strategies whose credential is one stored secret; the secrets' names are part of the contract with the UI. */
export type StaticAuthSettings =
  | { readonly strategy: 'none' }
  /** Secret `token`. */
  | { readonly strategy: 'bearer' }
  /** Secret `value`. */
  | { readonly strategy: 'header'; readonly header: string }
  /** Secret `password`. */
  | { readonly strategy: 'basic'; readonly username: string };

export type OutgoingAuthSettings = StaticAuthSettings | { readonly strategy: string };

const AUTHORIZATION = 'Authorization' as HeaderName;

/**
 * Makes the strategy of one backend from its settings. Options are checked here, not at the first request: what
 * cannot work, or is not built, is a problem and disables the backend. The owner disposes of what it gets.
 */
export function createOutgoingAuth(
  backend: string,
  settings: OutgoingAuthSettings,
  store: SecretStore,
): Checked<OwnedOutgoingAuth> {
  if (!isStatic(settings))
    return refuse(backend, 'strategy', `The strategy "${settings.strategy}" is not supported.`);
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
      if (!header.ok) return refuse(backend, 'header', 'This is not a header name.');
      const plan = { backend, secret: 'value', header: header.name, value: (value: string) => value };
      return { ok: true, value: createStaticAuth(plan, store) };
    }
    case 'basic': {
      const { username } = settings;
      // RFC 7617 section 2: a colon would move into the password; controls are forbidden.
      if (/[:\p{Cc}]/u.test(username)) {
        return refuse(backend, 'username', 'A user name with a colon or a control character cannot be sent.');
      }
      const plan = { backend, secret: 'password', header: AUTHORIZATION, value: basicValue(username) };
      return { ok: true, value: createStaticAuth(plan, store) };
    }
  }
}

function isStatic(settings: OutgoingAuthSettings): settings is StaticAuthSettings {
  return ['none', 'bearer', 'header', 'basic'].includes(settings.strategy);
}

/** RFC 7617: base64 of user-id, colon, password, in UTF-8 as its section 2.1 recommends. */
function basicValue(username: string): (password: string) => string {
  return (password) => `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;
}

function refuse(backend: string, member: string, message: string): Checked<never> {
  const place = `backends.${backend}.auth.${member}`;
  const fix = 'Correct the sign-in settings of this backend.';
  return { ok: false, problems: [{ code: 'config.field', severity: 'error', place, message, fix }] };
}
