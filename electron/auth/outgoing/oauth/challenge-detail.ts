/** What a backend's `WWW-Authenticate` says about signing in (RFC 6750, RFC 9728). Not trusted, only followed. */
export interface ChallengeDetail {
  readonly resourceMetadataUrl?: string;
  readonly scope?: string;
  readonly error?: string;
}

const LONGEST = 4_096;

/** Reads the parameters of a Bearer challenge; anything else, or anything oversized, says nothing. */
export function readChallenge(challenge: string | undefined): ChallengeDetail {
  if (challenge === undefined || challenge.length > LONGEST || !/^bearer\s/i.test(challenge)) return {};
  const parameter = (name: string): string | undefined =>
    new RegExp(`[\\s,]${name}=(?:"([^"\\\\]*)"|([^\\s,"]+))`, 'i').exec(challenge)?.slice(1).find(Boolean);
  const resourceMetadataUrl = parameter('resource_metadata');
  const scope = parameter('scope');
  const error = parameter('error');
  return {
    ...(resourceMetadataUrl !== undefined && URL.canParse(resourceMetadataUrl)
      ? { resourceMetadataUrl }
      : {}),
    ...(scope !== undefined && /^[\x21\x23-\x5b\x5d-\x7e ]+$/.test(scope) ? { scope } : {}),
    ...(error === undefined ? {} : { error }),
  };
}
