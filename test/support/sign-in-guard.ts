import type { ServerResponse } from 'node:http';
import type { PlainBackend } from '../backends/plain-http-backend.ts';
import type { LoggedRequest } from '../backends/request-log.ts';

const METADATA = '/oauth/where-else';

/** What a test may change while it runs. */
export interface SignInGuard {
  /** Asked for with the challenge. */
  scope: string | undefined;
  /** What answers a request that brings a token; `undefined` lets it through. */
  refusal: { readonly status: number; readonly challenge: string } | undefined;
}

/**
 * Lets nobody without a bearer token to an MCP server. Its metadata (RFC 9728) lies where only the challenge tells, so
 * that a sign-in which does not ask first finds none.
 */
export function guardWithSignIn(backend: PlainBackend, issuer: string): SignInGuard {
  const guard: SignInGuard = { scope: undefined, refusal: undefined };
  const { origin } = new URL(backend.url);
  const metadata = JSON.stringify({ resource: backend.url, authorization_servers: [issuer] });
  backend.manners.takeOver = (request: LoggedRequest, response: ServerResponse): boolean => {
    if (request.path === METADATA) {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(metadata);
      return true;
    }
    if (request.path.startsWith('/.well-known/')) {
      response.writeHead(404).end();
      return true;
    }
    const hasToken = request.header('authorization')?.startsWith('Bearer ') === true;
    if (hasToken && guard.refusal === undefined) return false;
    const scope = guard.scope === undefined ? '' : `, scope="${guard.scope}"`;
    const { status, challenge } =
      (hasToken ? guard.refusal : undefined) ??
      ({ status: 401, challenge: `Bearer resource_metadata="${origin}${METADATA}"${scope}` } as const);
    response.writeHead(status, { 'WWW-Authenticate': challenge }).end();
    return true;
  };
  return guard;
}
