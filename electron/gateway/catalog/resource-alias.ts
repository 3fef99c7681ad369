const SCHEME = 'patchbay-resource://';

/** The address under which a resource is listed when another backend already has its own. */
export function aliasOf(backend: string, uri: string): string {
  return `${SCHEME}${backend}/${encodeURIComponent(uri)}`;
}

/** The backend and the real address behind an alias. */
export function readAlias(uri: string): { backend: string; original: string } | undefined {
  if (!uri.startsWith(SCHEME)) return undefined;
  const rest = uri.slice(SCHEME.length);
  const slash = rest.indexOf('/');
  if (slash === -1) return undefined;
  try {
    return { backend: rest.slice(0, slash), original: decodeURIComponent(rest.slice(slash + 1)) };
  } catch {
    return undefined;
  }
}
