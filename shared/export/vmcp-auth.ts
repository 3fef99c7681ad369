import { type ClientProblem, refuse, warning } from '../clients/codes.ts';
import type { BackendConfig } from '../config/backend-schema.ts';
import type { AuthSettings } from '../config/gateway-schema.ts';
import { type NeededVariable, variablePart } from './environment.ts';
import type { YamlValue } from './yaml-text.ts';

export interface Exported {
  readonly value: YamlValue | undefined;
  readonly variables: readonly NeededVariable[];
  readonly problems: readonly ClientProblem[];
}

type Remote = Exclude<BackendConfig, { type: 'stdio' }>;

/**
 * Who may call. ToolHive knows `oidc`, `local` (the operating system's user, no check) and `anonymous`; our client tokens
 * and the embedded authorization server have no counterpart in its file, which is an error and not a detail.
 */
export function incomingAuth(auth: AuthSettings): Exported {
  if (auth.mode === 'anonymous') return { value: { type: 'anonymous' }, variables: [], problems: [] };
  if (auth.mode === 'oidc') return oidc(auth);
  const what = auth.mode === 'local' ? 'Client tokens' : 'The embedded authorization server';
  const problem = refuse(
    'export-lossy',
    'gateway.auth',
    `${what} cannot be expressed: in the exported file everyone who reaches the port may call.`,
    'Set incomingAuth to oidc before the gateway listens anywhere but on loopback.',
  ).problem;
  return { value: { type: 'anonymous' }, variables: [], problems: [problem] };
}

function oidc(auth: Extract<AuthSettings, { mode: 'oidc' }>): Exported {
  const { introspection } = auth;
  const variable = 'PATCHBAY_OIDC_CLIENT_SECRET';
  return {
    value: {
      type: 'oidc',
      oidc: {
        issuer: auth.issuer,
        clientId: introspection?.clientId,
        clientSecretEnv: introspection === undefined ? undefined : variable,
        audience: auth.audience,
        jwksUrl: auth.jwksUri,
        introspectionUrl: introspection?.url,
        scopes: auth.requiredScopes.length > 0 ? auth.requiredScopes : undefined,
      },
    },
    variables:
      introspection === undefined
        ? []
        : [{ name: variable, purpose: 'client secret for token introspection' }],
    problems: [],
  };
}

/** How one backend is called. Strategies without a counterpart leave the backend unauthenticated, and that is said. */
export function outgoingAuth(backend: string, { auth }: Remote): Exported {
  const place = `backends.${backend}.auth`;
  const variable = `PATCHBAY_${variablePart(backend)}_AUTH`;
  switch (auth.strategy) {
    case 'none':
      return { value: undefined, variables: [], problems: [] };
    case 'bearer':
      return injected('Authorization', variable, `"Bearer <token>" for ${backend}`);
    case 'basic':
      return injected('Authorization', variable, `"Basic <base64 of user:password>" for ${backend}`);
    case 'header':
      return injected(auth.header, variable, `value of ${auth.header} for ${backend}`);
    case 'token_exchange':
      return tokenExchange(backend, auth, place);
    case 'oauth':
      return missing(place, 'Signing in with OAuth in a browser');
    case 'client_credentials':
      return missing(place, 'The client credentials grant');
    case 'upstream':
      return missing(
        place,
        "Passing on the upstream provider's token (it needs ToolHive's own authorization server)",
      );
  }
}

function injected(headerName: string, variable: string, purpose: string): Exported {
  return {
    value: { type: 'header_injection', headerInjection: { headerName, headerValueEnv: variable } },
    variables: [{ name: variable, purpose }],
    problems: [],
  };
}

function tokenExchange(
  backend: string,
  auth: Extract<Remote['auth'], { strategy: 'token_exchange' }>,
  place: string,
): Exported {
  const variable = `PATCHBAY_${variablePart(backend)}_CLIENT_SECRET`;
  const message = 'The resource parameter of the token exchange cannot be expressed.';
  const fix = 'Use an audience that the authorization server accepts instead.';
  return {
    value: {
      type: 'token_exchange',
      tokenExchange: {
        tokenUrl: auth.tokenUrl,
        clientId: auth.clientId,
        clientSecretEnv: auth.clientId === undefined ? undefined : variable,
        audience: auth.audience,
        scopes: auth.scopes,
      },
    },
    variables:
      auth.clientId === undefined
        ? []
        : [{ name: variable, purpose: `client secret of the token exchange for ${backend}` }],
    problems: auth.resource === undefined ? [] : [warning('export-lossy', `${place}.resource`, message, fix)],
  };
}

function missing(place: string, what: string): Exported {
  const message = `${what} cannot be expressed; the backend is exported without authentication.`;
  const fix = 'Configure outgoingAuth for it by hand, or leave the backend out.';
  return { value: undefined, variables: [], problems: [warning('export-lossy', place, message, fix)] };
}
