/**
 * Words that make a variable or header look like a secret. A guess that errs on the safe side: a wrong hit costs one
 * click in the preview, a miss would leave a secret in a plain file (IMP-04).
 */
const SECRET_WORD =
  /(^|[-_.])(api[-_]?key|access[-_]?key|key|apikey|token|secret|password|passwd|pwd|pass|passphrase|auth|authorization|bearer|credential|credentials|cookie|session|jwt|pat|private|signature|dsn|connection[-_]?string)s?($|[-_.])/i;
const CAMEL = /([a-z0-9])([A-Z])/g;
const JOINED_SECRET = /(apikey|accesskey|authtoken|secretkey|password|token|secret)$/i;

// Prefixes that issuers publish so that scanners find leaked tokens, and the shape of a JWT.
const KNOWN_TOKEN =
  /(^|[\s"'=:])(sk-[\w-]{8,}|gh[pousr]_\w{8,}|github_pat_\w{8,}|glpat-[\w-]{8,}|xox[abeoprs]-[\w-]{8,}|AKIA[A-Z0-9]{12,}|AIza[\w-]{20,}|ya29\.[\w-]{8,}|npm_\w{8,}|pb_\w{16,}|hf_\w{8,}|eyJ[\w-]{8,}\.[\w-]{8,})/;
const URL_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s@]+@/i;
const BEARER = /^(bearer|basic|token)\s+\S+/i;

/** Whether a name of a variable, header, option or query parameter announces a secret. */
export function secretName(name: string): boolean {
  const spaced = name.replaceAll(CAMEL, '$1_$2');
  return SECRET_WORD.test(spaced) || JOINED_SECRET.test(name);
}

/** Whether a value has the shape of a secret whatever its name: issuer prefixes, JWT, bearer, a password in a URL. */
export function secretValue(value: string): boolean {
  return KNOWN_TOKEN.test(value) || URL_PASSWORD.test(value) || BEARER.test(value);
}
