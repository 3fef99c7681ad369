import type { Shell } from 'electron';

// Marks that mean something to a shell; in an address they are escaped. Desktop environments open by script.
const SUSPICIOUS = /[`$|"<>\\{}^\s\p{Cc}]/u;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The one way out of the app to the user's browser, used by every path (CVE-2025-55733 was fixed in one of two).
 * https anywhere, http on this machine only; anything else is refused (OAU-01, UIX-05). The address goes to the
 * system as it was parsed, never through a shell. Resolves to false where it was refused; rejects with the system's
 * error.
 */
export async function openExternal(shell: Pick<Shell, 'openExternal'>, address: string): Promise<boolean> {
  const url = safeAddress(address);
  if (url === undefined) return false;
  await shell.openExternal(url.href);
  return true;
}

/** The same for a sign-in, which cannot go on without a page: a refused address is an error. */
export async function openSignIn(shell: Pick<Shell, 'openExternal'>, address: string): Promise<void> {
  if (!(await openExternal(shell, address))) throw new Error('unsafe authorization address');
}

/** The address, if it may be opened. */
export function safeAddress(address: string): URL | undefined {
  if (!URL.canParse(address) || SUSPICIOUS.test(address)) return undefined;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return undefined;
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && LOOPBACK.has(url.hostname) ? url : undefined;
}
