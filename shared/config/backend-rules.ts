import { type Problem, problem } from '../errors/problem.ts';
import { backendCollisions, collisionProblem } from '../headers/collisions.ts';
import { foldName, type HeaderName } from '../headers/name.ts';
import { isLoopbackHost, isOwnEndpoint, parseUrl } from './addresses.ts';
import type { BackendName } from './backend-name.ts';
import type { BackendConfig, RemoteBackendConfig, StdioBackendConfig } from './backend-schema.ts';
import type { AuthSettings } from './gateway-schema.ts';
import { placeOf } from './place.ts';

/** What of the rest of the config decides on one backend. */
export interface BackendSurroundings {
  readonly allowlist: readonly HeaderName[];
  readonly auth: AuthSettings;
  readonly ownPorts: readonly number[];
  /** At save a collision with the allowlist is refused; at load it is only flagged (CFG-18, CFG-19). */
  readonly purpose: 'load' | 'save';
}

/** The rules that look at more than one field. An error means that this backend is not in force. */
export function backendProblems(
  name: BackendName,
  backend: BackendConfig,
  surroundings: BackendSurroundings,
): readonly Problem[] {
  const place = placeOf(['backends', name]);
  const collisions = backendCollisions(surroundings.allowlist, name, backend).map((collision) =>
    collisionProblem(
      collision,
      collision.when === 'always' || surroundings.purpose === 'save' ? 'error' : 'warning',
    ),
  );
  const own =
    backend.type === 'stdio'
      ? mappingProblems(backend, surroundings.allowlist, place)
      : [
          ...addressProblems(backend, surroundings, place),
          ...callerTokenProblems(backend, surroundings.auth, place),
        ];
  return [...own, ...collisions];
}

function addressProblems(
  backend: RemoteBackendConfig,
  { allowlist, ownPorts }: BackendSurroundings,
  place: string,
): readonly Problem[] {
  const url = parseUrl(backend.url);
  if (url === undefined) return [];
  if (isOwnEndpoint(url, ownPorts)) {
    const message = 'This address is the gateway itself; calls would go round in circles.';
    return [problem('backend.loop', `${place}.url`, message, 'Write the address of the server behind it.')];
  }
  if (url.protocol === 'https:' || isLoopbackHost(url.hostname) || backend.sendInClear) return [];
  if (sendsCredential(backend)) {
    const message = 'A secret would travel unencrypted to another machine.';
    const fix = 'Use an https address, or set sendInClear to true for this backend.';
    return [problem('backend.clear-text', `${place}.url`, message, fix)];
  }
  if (allowlist.length === 0) return [];
  const message = 'Headers that clients send travel unencrypted to another machine.';
  return [problem('header.in-clear', `${place}.url`, message, 'Use an https address.', 'warning')];
}

function sendsCredential(backend: RemoteBackendConfig): boolean {
  const authorization = [...backend.headers.keys()].some((name) => foldName(name) === 'authorization');
  return backend.secretHeaders.length > 0 || backend.auth.strategy !== 'none' || authorization;
}

function callerTokenProblems(
  backend: RemoteBackendConfig,
  auth: AuthSettings,
  place: string,
): readonly Problem[] {
  const { strategy } = backend.auth;
  const upstream = auth.mode === 'embedded' && auth.upstream !== undefined;
  const lacks =
    (strategy === 'upstream' && !upstream) ||
    (strategy === 'token_exchange' && auth.mode !== 'oidc' && auth.mode !== 'embedded');
  if (!lacks) return [];
  const message = `The strategy ${strategy} needs callers who sign in, and gateway.auth has the mode ${auth.mode}.`;
  const fix = 'Choose another strategy, or let callers sign in (gateway.auth).';
  return [problem('auth.no-caller-token', `${place}.auth`, message, fix, 'warning')];
}

function mappingProblems(
  backend: StdioBackendConfig,
  allowlist: readonly HeaderName[],
  place: string,
): readonly Problem[] {
  const listed = new Set(allowlist.map(foldName));
  return [...backend.envFromHeaders]
    .filter(([, header]) => !listed.has(foldName(header)))
    .map(([variable, header]) =>
      problem(
        'header.not-listed',
        placeOf(['envFromHeaders', variable], place),
        `${header} is not in the passthrough list, so ${variable} will never be set.`,
        `Add ${header} to passthroughHeaders.`,
        'warning',
      ),
    );
}
