/** What an answer with 401 or 403 says about how to come in (RFC 6750 section 3, RFC 9728 section 5.1). */
export interface ChallengeDetail {
  /** Left out where nothing was presented (RFC 6750 section 3.1). */
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
  readonly resourceMetadata?: string;
  readonly scope?: string;
}

/** Builds the `WWW-Authenticate` value. Only our own text goes in, never anything of the request. */
export function bearerChallenge(detail: ChallengeDetail = {}): string {
  const parts = ['realm="patchbay"'];
  if (detail.error !== undefined) parts.push(`error="${detail.error}"`);
  if (detail.scope !== undefined) parts.push(`scope=${quoted(detail.scope)}`);
  if (detail.resourceMetadata !== undefined)
    parts.push(`resource_metadata=${quoted(detail.resourceMetadata)}`);
  return `Bearer ${parts.join(', ')}`;
}

/** A quoted-string of RFC 9110 section 5.6.4. */
function quoted(text: string): string {
  return `"${text.replace(/[\\"]/g, (mark) => `\\${mark}`)}"`;
}
