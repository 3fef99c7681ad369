import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

/** A person that the identity provider knows. */
export interface Person {
  readonly sub: string;
  readonly email?: string;
  readonly name?: string;
}

/** A real OpenID provider in this process, whose user agrees to everything at once. */
export interface IdentityProvider extends AsyncDisposable {
  readonly issuer: string;
  readonly provider: Provider;
  /** Who is at the browser. */
  user: Person;
  /** Requests as `POST /token`, in order. */
  readonly requests: string[];
  /** Answers instead of the provider where it returns true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** A signed access token of this person for `audience`, as a sign-in would give it. */
  accessToken(
    person: Person,
    audience: string,
    options?: { readonly format?: 'jwt' | 'opaque' },
  ): Promise<string>;
}

export interface IdentityProviderOptions {
  readonly clients?: readonly object[];
  /** Changes to the provider's configuration. */
  readonly configure?: (configuration: Record<string, unknown>) => void;
  readonly accessTokenTtl?: number;
  readonly port?: number;
}

/** Starts it on a free port of 127.0.0.1. */
export async function startIdentityProvider(
  options: IdentityProviderOptions = {},
): Promise<IdentityProvider> {
  const server = createServer().listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = new Map<string, Person>();
  let format: 'jwt' | 'opaque' = 'jwt';

  const configuration: Record<string, unknown> = {
    clients: options.clients ?? [],
    cookies: { keys: ['test'] },
    scopes: ['openid', 'offline_access', 'email', 'profile', 'mcp:read', 'mcp:write'],
    claims: { openid: ['sub'], email: ['email'], profile: ['name'] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async () => true,
    ttl: {
      AccessToken: options.accessTokenTtl ?? 300,
      ClientCredentials: 300,
      Interaction: 300,
      Session: 300,
      Grant: 3600,
    },
    clientBasedCORS: () => false,
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: (_context: unknown, resource: string) => ({
          scope: 'mcp:read mcp:write',
          audience: resource,
          accessTokenFormat: format,
        }),
      },
    },
    findAccount: (_context: unknown, sub: string) => ({
      accountId: sub,
      claims: () => people.get(sub) ?? { sub },
    }),
    extraTokenClaims: (_context: unknown, token: { readonly accountId?: string }) => {
      const { sub: _, ...claims } = people.get(token.accountId ?? '') ?? { sub: '' };
      return claims;
    },
    interactions: {
      url: (_context: unknown, interaction: { readonly uid: string }) => `/agree/${interaction.uid}`,
    },
  };
  options.configure?.(configuration);
  const provider = new Provider(issuer, configuration);
  const callback = provider.callback();

  const agree = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { params, prompt } = await provider.interactionDetails(request, response);
    people.set(idp.user.sub, idp.user);
    if (prompt.name === 'login') {
      return provider.interactionFinished(request, response, { login: { accountId: idp.user.sub } });
    }
    const grant = new provider.Grant({ accountId: idp.user.sub, clientId: String(params.client_id) });
    const scope = String(params.scope ?? '');
    grant.addOIDCScope(scope);
    if (typeof params.resource === 'string') grant.addResourceScope(params.resource, scope);
    await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  };

  const idp: IdentityProvider = {
    issuer,
    provider,
    user: { sub: 'u-1', email: 'jo@example.org', name: 'Jo' },
    requests: [],
    intercept: () => false,
    async accessToken(person, audience, { format: wanted = 'jwt' } = {}) {
      people.set(person.sub, person);
      const client = await provider.Client.find('direct');
      const grant = new provider.Grant({ accountId: person.sub, clientId: 'direct' });
      grant.addOIDCScope('openid');
      const grantId = await grant.save();
      const token = new provider.AccessToken({
        accountId: person.sub,
        client,
        grantId,
        gty: 'authorization_code',
      });
      format = wanted;
      const { ResourceServer } = provider as unknown as {
        ResourceServer: new (id: string, info: object) => object;
      };
      Object.assign(token, {
        scope: 'mcp:read',
        aud: audience,
        resourceServer: new ResourceServer(audience, {
          audience,
          scope: 'mcp:read',
          accessTokenFormat: wanted,
        }),
      });
      return token.save();
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    idp.requests.push(`${request.method} ${request.url?.split('?')[0]}`);
    if (idp.intercept(request, response)) return;
    const handled = request.url?.startsWith('/agree/')
      ? agree(request, response)
      : callback(request, response);
    handled.catch((failure: unknown) => response.writeHead(500).end(String(failure)));
  });
  return idp;
}
