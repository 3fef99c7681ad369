const TOKEN = /(?:^#|&)token=([A-Za-z0-9_-]{20,128})/;

/**
 * The token in the address's fragment, which no server log and no Referer header ever holds. Removed from the address
 * bar and from the history entry at once, so that neither a shared screen nor a copied address gives it away.
 */
export function takeFragmentToken(
  location: Pick<Location, 'hash' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
): string | undefined {
  const token = TOKEN.exec(location.hash)?.[1];
  if (token === undefined) return undefined;
  history.replaceState(null, '', `${location.pathname}${location.search}#/`);
  return token;
}
