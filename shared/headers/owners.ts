import type { BackendName } from '../config/backend-name.ts';
import type { BackendConfig, RemoteBackendConfig, StdioBackendConfig } from '../config/backend-schema.ts';
import type { Config } from '../config/config.ts';
import { placeOf } from '../config/place.ts';
import { IDENTITY_HEADERS } from '../identity/identity-headers.ts';
import { managedNames, PROTOCOL_NAMES } from './managed-names.ts';
import { type FoldedName, foldName, type HeaderName } from './name.ts';
import type { HeaderSource } from './source.ts';

/** One claim on one header name of one backend. */
export interface HeaderOwner {
  readonly name: HeaderName;
  readonly folded: FoldedName;
  readonly source: HeaderSource;
  /** Where the claim stands in the config: `backends.billing.headers.X-Region`. */
  readonly place: string;
  /** False where the header is sent only if a client brings it, or the caller has such a claim. */
  readonly required: boolean;
}

/** One claim on one environment variable of a stdio backend. */
export interface VariableOwner {
  readonly variable: string;
  readonly source: 'env' | 'secret-env' | 'header-env';
  readonly place: string;
  /** The header that fills the variable, for `header-env`. */
  readonly header?: HeaderName;
}

/** Everything that claims a header name at one backend, in the order of the outgoing chain. */
export function headerOwners(config: Config, backendName: BackendName): readonly HeaderOwner[] {
  const backend = config.backends.get(backendName);
  return backend === undefined ? [] : ownersOf(config.passthroughHeaders, backendName, backend);
}

/** As `headerOwners`, for a backend that is not in force (yet). A stdio backend takes no headers. */
export function ownersOf(
  allowlist: readonly HeaderName[],
  name: BackendName,
  backend: BackendConfig,
): readonly HeaderOwner[] {
  if (backend.type === 'stdio') return [];
  const place = placeOf(['backends', name]);
  const configured = [...passthroughOwners(allowlist, backend), ...ownHeaders(backend, place)];
  const taken = new Set(configured.map((owner) => owner.folded));
  const protocol = PROTOCOL_NAMES.filter((header) => header !== 'User-Agent' || !taken.has(foldName(header)));
  return [
    ...protocol.map((header) => owner(header, 'protocol', place, true)),
    ...configured,
    ...identityOwners(backend, place),
  ];
}

/** Everything that claims an environment variable of one stdio backend. */
export function variableOwners(name: BackendName, backend: StdioBackendConfig): readonly VariableOwner[] {
  const base = ['backends', name];
  return [
    ...[...backend.env.keys()].map((variable) => ({
      variable,
      source: 'env' as const,
      place: placeOf([...base, 'env', variable]),
    })),
    ...backend.secretEnv.map((variable, index) => ({
      variable,
      source: 'secret-env' as const,
      place: placeOf([...base, 'secretEnv', index]),
    })),
    ...[...backend.envFromHeaders].map(([variable, header]) => ({
      variable,
      source: 'header-env' as const,
      place: placeOf([...base, 'envFromHeaders', variable]),
      header,
    })),
  ];
}

/** Whether a backend leaves a listed header out (`passthrough.except`). */
export function isExcepted(backend: RemoteBackendConfig, folded: FoldedName): boolean {
  return backend.passthrough.except.some((name) => foldName(name) === folded);
}

function passthroughOwners(allowlist: readonly HeaderName[], backend: RemoteBackendConfig): HeaderOwner[] {
  return allowlist.flatMap((name, index) =>
    isExcepted(backend, foldName(name))
      ? []
      : [owner(name, 'passthrough', placeOf(['passthroughHeaders', index]), false)],
  );
}

function ownHeaders(backend: RemoteBackendConfig, place: string): HeaderOwner[] {
  return [
    ...[...backend.headers.keys()].map((name) =>
      owner(name, 'static', placeOf(['headers', name], place), true),
    ),
    ...backend.secretHeaders.map((name, index) =>
      owner(name, 'secret', placeOf(['secretHeaders', index], place), true),
    ),
    ...managedNames(backend.auth).map((name) => owner(name, 'auth', `${place}.auth`, true)),
  ];
}

function identityOwners(backend: RemoteBackendConfig, place: string): HeaderOwner[] {
  if (backend.identityHeaders === 'off') return [];
  return IDENTITY_HEADERS.map(({ name }) => owner(name, 'identity', `${place}.identityHeaders`, false));
}

function owner(name: HeaderName, source: HeaderSource, place: string, required: boolean): HeaderOwner {
  return { name, folded: foldName(name), source, place, required };
}
