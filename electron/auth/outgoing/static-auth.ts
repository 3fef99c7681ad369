import type { HeaderName } from '../../../shared/headers/name.ts';
import type { SecretRead, SecretStore } from '../../secrets/secret-store.ts';
import { cacheSecret } from './cached-secret.ts';
import type { AuthHeaders, OutgoingAuth } from './outgoing-auth.ts';
import { secretFailure, unusableSecret } from './secret-failure.ts';

/** A strategy that holds something (a listener, a timer) for as long as its backend lives. */
export interface OwnedOutgoingAuth extends OutgoingAuth, Disposable {}

/** How one stored secret becomes one header. */
export interface StaticAuthPlan {
  readonly backend: string;
  /** The name of the secret in the store, kind `auth`. */
  readonly secret: string;
  readonly header: HeaderName;
  /** From the secret's text to the header's value. */
  readonly value: (secret: string) => string;
}

// Threats.md 5.2: typed values are VCHAR, SP and HTAB, no blank at either end.
const FIELD_VALUE = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;

/** No credential at all. */
export function createNoAuth(): OwnedOutgoingAuth {
  const nothing: AuthHeaders = { ok: true, headers: [] };
  return { headers: () => nothing, [Symbol.dispose]: () => {} };
}

/**
 * One header made from one stored secret: bearer, header and basic are this with other values. Synchronous after
 * the first read; the header is built once per value. A refusal of the backend changes nothing here: the user's
 * secret is wrong then, and the caller of this port shows it.
 */
export function createStaticAuth(plan: StaticAuthPlan, store: SecretStore): OwnedOutgoingAuth {
  const cached = cacheSecret(store, { backend: plan.backend, kind: 'auth', name: plan.secret });
  let built: { readonly from: SecretRead; readonly headers: AuthHeaders } | undefined;

  const build = (read: SecretRead): AuthHeaders => {
    if (built?.from === read) return built.headers;
    if (read.state !== 'found') return secretFailure(cached.ref, read);
    const value = plan.value(read.secret.reveal());
    const headers: AuthHeaders = FIELD_VALUE.test(value)
      ? { ok: true, headers: [[plan.header, value]] }
      : unusableSecret(cached.ref);
    built = { from: read, headers };
    return headers;
  };

  return {
    headers() {
      const read = cached.read();
      return read instanceof Promise ? read.then(build) : build(read);
    },
    [Symbol.dispose]() {
      cached[Symbol.dispose]();
      built = undefined;
    },
  };
}
