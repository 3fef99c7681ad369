import { bindingKey, type UserPrincipal } from './principal.ts';

export type ClaimsOutcome =
  | { readonly ok: true; readonly principal: UserPrincipal }
  /** For our own log: why, never a claim's value. */
  | { readonly ok: false; readonly reason: string };

/**
 * The principal that verified claims stand for. A missing, blank or non-string `sub` is refused (401, B62); of
 * `email` and `name` anything but a non-blank string counts as absent. Signature and audience are checked before.
 */
export function claimsToPrincipal(issuer: string, claims: unknown): ClaimsOutcome {
  const subject = textClaim(claims, 'sub');
  if (subject === undefined) return { ok: false, reason: 'The token has no usable sub claim.' };
  const email = textClaim(claims, 'email');
  const name = textClaim(claims, 'name');
  const principal: UserPrincipal = {
    kind: 'user',
    issuer,
    subject,
    ...(email === undefined ? {} : { email }),
    ...(name === undefined ? {} : { name }),
  };
  if (bindingKey(principal) === undefined)
    return { ok: false, reason: 'Issuer or sub is empty or holds a NUL.' };
  return { ok: true, principal };
}

function textClaim(claims: unknown, name: string): string | undefined {
  if (typeof claims !== 'object' || claims === null || !Object.hasOwn(claims, name)) return undefined;
  const value = (claims as Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
