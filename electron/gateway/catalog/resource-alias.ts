const SCHEME = 'patchbay-resource://';

/** The address under which a resource is listed when another backend already has its own. */
export function aliasOf(backend: string, uri: string): string {
  return `${SCHEME}${backend}/${encodeURIComponent(uri)}`;
}

/**
 * The same for a template. It stands there as it is, so that clients can fill it in, and what they filled in reaches the
 * backend as they wrote it.
 */
export function templateAliasOf(backend: string, template: string): string {
  return `${SCHEME}${backend}/${AS_IT_IS}${template}`;
}

/** Stands before an address that is not encoded; encoded ones never begin with it. */
const AS_IT_IS = '=';

/** The backend and the real address behind an alias. */
export function readAlias(uri: string): { backend: string; original: string } | undefined {
  if (!uri.startsWith(SCHEME)) return undefined;
  const rest = uri.slice(SCHEME.length);
  const slash = rest.indexOf('/');
  if (slash === -1) return undefined;
  const backend = rest.slice(0, slash);
  const address = rest.slice(slash + 1);
  if (address.startsWith(AS_IT_IS)) return { backend, original: address.slice(AS_IT_IS.length) };
  try {
    return { backend, original: decodeURIComponent(address) };
  } catch {
    return undefined;
  }
}
