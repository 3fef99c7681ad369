import type { HeaderName } from '../headers/name.ts';
import { encodeHeaderText } from './header-text.ts';
import type { Principal } from './principal.ts';

/** `auto`: for callers who signed in; `on`: also the OS user for callers known by a local token; `off`: never. */
export type IdentitySetting = 'auto' | 'on' | 'off';

/** The three headers and the claim each carries, in the order in which they are sent. */
export const IDENTITY_HEADERS: readonly {
  readonly name: HeaderName;
  readonly claim: 'sub' | 'email' | 'name';
}[] = [
  { name: 'X-User-Sub' as HeaderName, claim: 'sub' },
  { name: 'X-User-Email' as HeaderName, claim: 'email' },
  { name: 'X-User-Name' as HeaderName, claim: 'name' },
];

export interface OsUser {
  readonly sub: string;
  readonly name?: string;
}

export interface IdentityHeaders {
  readonly headers: readonly (readonly [HeaderName, string])[];
  /** One sentence per claim that was left out; names the header, never the value. */
  readonly warnings: readonly string[];
}

const NONE: IdentityHeaders = Object.freeze({ headers: Object.freeze([]), warnings: Object.freeze([]) });

/**
 * The identity headers that one backend gets for one request (contract section 3). Anonymous callers: none, ever.
 * An absent or empty claim means an absent header; a claim that cannot be sent safely is left out with a warning.
 */
export function identityHeaders(
  setting: IdentitySetting,
  principal: Principal,
  osUser?: OsUser,
): IdentityHeaders {
  const claims = claimsFor(setting, principal, osUser);
  if (claims === undefined) return NONE;
  const headers: (readonly [HeaderName, string])[] = [];
  const warnings: string[] = [];
  for (const { name, claim } of IDENTITY_HEADERS) {
    const text = claims[claim];
    if (typeof text !== 'string' || text.trim() === '') continue;
    const encoded = encodeHeaderText(text);
    if (encoded.ok) headers.push([name, encoded.text]);
    else warnings.push(`${name} was left out: the claim ${claim} ${encoded.reason}.`);
  }
  return { headers, warnings };
}

interface Claims {
  readonly sub?: string;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
}

function claimsFor(
  setting: IdentitySetting,
  principal: Principal,
  osUser: OsUser | undefined,
): Claims | undefined {
  if (setting === 'off') return undefined;
  switch (principal.kind) {
    case 'anonymous':
      return undefined;
    case 'local':
      return setting === 'on' ? osUser : undefined;
    case 'user':
      return { sub: principal.subject, email: principal.email, name: principal.name };
  }
}
