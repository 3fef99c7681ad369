import { admit } from '../../gateway/edge/admission.ts';
import type { EdgeFields } from '../../gateway/edge/fields.ts';
import { type Refusal, refusal } from '../../gateway/edge/refusal.ts';

/** What a request asks for. */
export type WindowRoute =
  | { readonly kind: 'exchange' }
  | { readonly kind: 'call'; readonly name: string }
  | { readonly kind: 'events' }
  | { readonly kind: 'file'; readonly path: string };

const CALL = /^\/control\/([^/]{1,200})$/;

/** Finds the route, or says why there is none: 404 for an unknown path, 405 for a known one with another method. */
export function windowRoute(method: string, path: string): WindowRoute | Refusal {
  const call = CALL.exec(path);
  if (path === '/session') return method === 'POST' ? { kind: 'exchange' } : otherMethod('POST');
  if (path === '/events') return method === 'GET' ? { kind: 'events' } : otherMethod('GET');
  if (call !== null) return method === 'POST' ? { kind: 'call', name: call[1] ?? '' } : otherMethod('POST');
  return method === 'GET' || method === 'HEAD' ? { kind: 'file', path } : otherMethod('GET, HEAD');
}

/**
 * Decides, before a body is read, whether a request may come near: Host, Origin and fetch metadata as at the gateway's
 * own edge (threats.md 1.1), and for everything but files a page of this very origin, or a program that is no browser.
 */
export function admitWindow(
  target: string,
  fields: EdgeFields,
  port: number,
  route: WindowRoute | Refusal,
): Refusal | undefined {
  const unwelcome = admit(target, fields, { port, host: '127.0.0.1', allowedOrigins: [] });
  if (unwelcome !== undefined) return unwelcome;
  if ('status' in route) return route;
  if (route.kind === 'file') return undefined;
  const site = fields.secFetchSite?.trim().toLowerCase();
  if (site !== undefined && site !== 'same-origin') {
    return refusal(403, 'request.fetch-site', 'Only the window itself may call this.', { closes: true });
  }
  if (route.kind === 'events') return undefined;
  const type = fields.contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json') return undefined;
  return refusal(415, 'request.content-type', 'The Content-Type must be application/json.', { closes: true });
}

function otherMethod(allowed: string): Refusal {
  return refusal(405, 'request.method', `Only ${allowed} is answered here.`, {
    headers: { Allow: allowed },
    closes: true,
  });
}
