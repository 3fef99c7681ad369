/** The scopes that a token carries, from `scope` (RFC 8693) or `scp` as text or list (Entra ID, Okta). */
function scopesOf(claims: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const listed = [claims.scope, claims.scp].flatMap((claim): unknown[] => {
    if (typeof claim === 'string') return claim.split(' ');
    return Array.isArray(claim) ? claim : [];
  });
  return new Set(listed.filter((scope): scope is string => typeof scope === 'string' && scope !== ''));
}

/** Tells whether every required scope is there. */
export function hasScopes(claims: Readonly<Record<string, unknown>>, required: readonly string[]): boolean {
  const scopes = scopesOf(claims);
  return required.every((scope) => scopes.has(scope));
}
