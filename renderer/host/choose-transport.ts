import { bridgeTransport } from './bridge-transport.ts';
import { takeFragmentToken } from './fragment-token.ts';
import { httpTransport } from './http-transport.ts';
import type { Transport } from './transport.ts';

const KEPT_TOKEN = 'patchbay.window-token';

export type TransportChoice =
  | { readonly ok: true; readonly transport: Transport }
  | { readonly ok: false; readonly why: 'no-token' | 'token-refused' | 'unreachable' };

/**
 * Finds the way to the host. In the desktop app that is the preload's bridge. In a browser the fragment's token is
 * exchanged once for one that travels in a header, and taken out of the address bar before anything else happens.
 * The exchanged token stays in this tab's session storage, so that a reload keeps the place; it ends with the tab.
 */
export async function chooseTransport(): Promise<TransportChoice> {
  if (window.patchbay !== undefined) return { ok: true, transport: bridgeTransport(window.patchbay) };
  const fresh = takeFragmentToken(window.location, window.history);
  if (fresh === undefined) {
    const kept = sessionStorage.getItem(KEPT_TOKEN);
    return kept === null ? { ok: false, why: 'no-token' } : { ok: true, transport: httpTransport(kept) };
  }
  const token = await exchange(fresh);
  if (token === 'unreachable') return { ok: false, why: 'unreachable' };
  if (token === undefined) return { ok: false, why: 'token-refused' };
  sessionStorage.setItem(KEPT_TOKEN, token);
  return { ok: true, transport: httpTransport(token) };
}

async function exchange(token: string): Promise<string | 'unreachable' | undefined> {
  try {
    const response = await fetch('session', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ token }),
      cache: 'no-store',
    });
    if (!response.ok) return undefined;
    const answer: unknown = await response.json();
    return typeof answer === 'object' &&
      answer !== null &&
      'token' in answer &&
      typeof answer.token === 'string'
      ? answer.token
      : undefined;
  } catch {
    return 'unreachable';
  }
}
