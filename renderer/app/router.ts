import { useSyncExternalStore } from 'react';

/** Addresses live in the fragment: they survive a reload, serve back and forward, and never reach a server. */
export function useRoute(): readonly string[] {
  return parseRoute(useSyncExternalStore(listen, () => window.location.hash));
}

/** The parts of a fragment: `#/backends/a%20b` is `backends`, `a b`. A part that cannot be decoded ends the list. */
export function parseRoute(hash: string): readonly string[] {
  const parts: string[] = [];
  for (const part of hash.replace(/^#\/?/, '').split('/')) {
    if (part === '') continue;
    try {
      parts.push(decodeURIComponent(part));
    } catch {
      return parts;
    }
  }
  return parts;
}

/** The fragment for an address. */
export function href(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

/** Goes to an address, with an entry in the history. */
export function go(...parts: readonly string[]): void {
  window.location.hash = href(...parts);
}

function listen(onChange: () => void): () => void {
  window.addEventListener('hashchange', onChange);
  return () => window.removeEventListener('hashchange', onChange);
}
