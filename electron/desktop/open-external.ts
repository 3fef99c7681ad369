import type { Shell } from 'electron';

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * The one way out of the app to the user's browser, used by every path (CVE-2025-55733 was fixed in one of two).
 * https anywhere, http on this machine only; anything else is refused (OAU-01, UIX-05). The address goes to the
 * system as it was parsed, never through a shell.
 */
export async function openExternal(shell: Pick<Shell, 'openExternal'>, address: string): Promise<boolean> {
  const url = safeAddress(address);
  if (url === undefined) return false;
  await shell.openExternal(url.href);
  return true;
}

/** The address, if it may be opened. */
export function safeAddress(address: string): URL | undefined {
  if (!URL.canParse(address)) return undefined;
  const url = new URL(address);
  if (url.username !== '' || url.password !== '') return undefined;
  if (url.protocol === 'https:') return url;
  return url.protocol === 'http:' && LOOPBACK.has(url.hostname) ? url : undefined;
}
