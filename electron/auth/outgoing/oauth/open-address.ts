import { isLoopbackHost } from '../../../../shared/config/addresses.ts';
import { SignInError } from './sign-in-error.ts';

// Marks that mean something to a shell or a command line. No authorization endpoint needs them, and one layer that
// forgets to quote is enough (CVE-2025-6514).
const SUSPICIOUS = /[`$|;"'<>\\{}^\s\p{Cc}]|^-/u;

/**
 * Checks the authorization address before a browser is opened (OAU-01): https, or http on this machine, no user name,
 * nothing that a shell could read. Throws `SignInError`; the address itself is not repeated.
 */
export function checkedAuthorizationEndpoint(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const safe = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (url === undefined || !safe || url.username !== '' || url.password !== '' || SUSPICIOUS.test(endpoint)) {
    throw unsafeAddress();
  }
  return url;
}

/** What is told of an address that is not opened. */
export function unsafeAddress(): SignInError {
  return new SignInError(
    'auth.unsafe-address',
    'The server names an unsafe authorization address; it was not opened.',
  );
}
