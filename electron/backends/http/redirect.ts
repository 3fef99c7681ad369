import { faultyAnswer } from '../failure.ts';
import type { BackendFailure } from '../transport.ts';
import type { HttpRequest } from './http-exchange.ts';

export type RedirectTarget =
  | { readonly ok: true; readonly url: URL }
  | { readonly ok: false; readonly failure: BackendFailure };

/** Statuses that keep method and body, or that peers use as if they did. 303 asks for another method: refused. */
const FOLLOWED = new Set([301, 302, 307, 308]);

/**
 * Decides one redirect: only to the same scheme, host and port, 10 at most (contract 1.9, B29). The target's
 * address is the backend's text and does not go into the message.
 */
export function redirectTarget(
  request: HttpRequest,
  from: URL,
  status: number,
  location: string | undefined,
  redirects: number,
  limit: number,
): RedirectTarget {
  const refuse = (why: string): RedirectTarget => ({
    ok: false,
    failure: faultyAnswer(
      request.backend,
      `answered with a redirect that was refused: ${why}`,
      'backend.redirect-refused',
    ),
  });
  if (!FOLLOWED.has(status) || location === undefined) return refuse(`status ${status} cannot be followed`);
  if (redirects >= limit) return refuse(`more than ${limit} in a row`);
  const url = URL.canParse(location, from.href) ? new URL(location, from.href) : undefined;
  if (url === undefined) return refuse('its address cannot be read');
  if (url.protocol !== from.protocol) return refuse('it leads to another scheme');
  if (url.host !== from.host) return refuse('it leads to another host or port');
  return { ok: true, url };
}
