/** Where clients look for how to sign in (RFC 9728 section 3.1: the resource's path comes after the well-known part). */
const PROTECTED_RESOURCE_PATH = '/.well-known/oauth-protected-resource';

/** RFC 9728 section 2, as far as it applies to one MCP endpoint. */
export interface ProtectedResource {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported?: readonly string[];
  readonly bearer_methods_supported: readonly ['header'];
  readonly resource_name: string;
}

/** The paths under which the edge serves the document for the endpoint `/mcp`: with it, and the bare one. */
export function protectedResourcePaths(mcpPath: string): readonly string[] {
  return [`${PROTECTED_RESOURCE_PATH}${mcpPath}`, PROTECTED_RESOURCE_PATH];
}

/**
 * The document for a request that came to `origin` (`http://` and the checked Host): clients compare `resource`
 * with the address that they were given, and `localhost` is another one than `127.0.0.1`.
 */
export function protectedResource(
  origin: string,
  mcpPath: string,
  issuer: string,
  scopes: readonly string[],
): ProtectedResource {
  return {
    resource: `${origin}${mcpPath}`,
    authorization_servers: [issuer],
    ...(scopes.length === 0 ? {} : { scopes_supported: scopes }),
    bearer_methods_supported: ['header'],
    resource_name: 'Patchbay',
  };
}

/** What a challenge points to. */
export function protectedResourceUrl(origin: string, mcpPath: string): string {
  return `${origin}${PROTECTED_RESOURCE_PATH}${mcpPath}`;
}
