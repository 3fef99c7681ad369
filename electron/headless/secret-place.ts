import { parseBackendName } from '../../shared/config/backend-name.ts';
import type { BackendConfig } from '../../shared/config/backend-schema.ts';
import { GATEWAY_SECRETS } from '../../shared/control/secret-view.ts';
import { type Problem, problem } from '../../shared/errors/problem.ts';
import { foldName } from '../../shared/headers/name.ts';
import { secretTargets } from '../app/control/secret-targets.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigFile } from '../config/config-file.ts';
import type { ConfigEdit } from '../config/edit-text.ts';
import { gatewaySecrets } from '../secrets/gateway-secrets.ts';
import type { SecretRef } from '../secrets/secret-store.ts';
import type { SecretName } from './secret-name.ts';

/** Where a secret belongs: the config names it already, or this edit would make it do so. */
export interface SecretPlace {
  /** In the spelling of the config. */
  readonly ref: SecretRef;
  /** Absent: the config names it. */
  readonly toAdd?: ConfigEdit;
}

const LISTS = { header: 'secretHeaders', env: 'secretEnv' } as const;

/** Finds the place of a secret in the config; throws `ConfigError` where the backend has none for it. */
export function findSecretPlace(file: ConfigFile, backend: string, wanted: SecretName): SecretPlace {
  if (backend === GATEWAY_SECRETS) return { ref: gatewaySecret(file, wanted) };
  const config = settingsOf(file, backend);
  const same = (ref: SecretRef): boolean =>
    ref.kind === wanted.kind &&
    (wanted.kind === 'header' ? foldName(ref.name) === foldName(wanted.name) : ref.name === wanted.name);
  const known = secretTargets(backend, config).find(same);
  if (known !== undefined) return { ref: known };
  const ref: SecretRef = { backend, ...wanted };
  if (wanted.kind === 'auth') {
    if (isOptional(config, wanted.name)) return { ref };
    throw new ConfigError([wrongAuth(backend, config, wanted.name)]);
  }
  const fits = wanted.kind === 'env' ? config.type === 'stdio' : config.type !== 'stdio';
  if (!fits) throw new ConfigError([wrongKind(backend, config)]);
  return { ref, toAdd: addition(file, backend, wanted.kind, wanted.name) };
}

/** A secret of the gateway itself: the way in which callers are verified decides which there are. */
function gatewaySecret(file: ConfigFile, wanted: SecretName): SecretRef {
  const { auth } = file.current().config.gateway;
  const known = gatewaySecrets(auth);
  const found = known.find(({ kind, name }) => kind === wanted.kind && name === wanted.name);
  if (found !== undefined) return found;
  const message = `With the mode ${auth.mode} as it is set, the gateway uses no secret ${wanted.kind}:${wanted.name}.`;
  const fix =
    known[0] === undefined
      ? 'Set the introspection endpoint or the upstream provider in gateway.auth first.'
      : `Write ${known[0].kind}:${known[0].name}.`;
  throw new ConfigError([problem('secret.missing', 'gateway.auth', message, fix)]);
}

/** A registered OAuth client may have a secret; most have none. */
function isOptional(config: BackendConfig, name: string): boolean {
  return config.type !== 'stdio' && config.auth.strategy === 'oauth' && name === 'client-secret';
}

/** The settings of a backend, in force or switched off; throws `ConfigError` where there is none of this name. */
export function settingsOf(file: ConfigFile, backend: string): BackendConfig {
  const state = file.current();
  const name = parseBackendName(backend);
  const found = name === undefined ? undefined : state.config.backends.get(name);
  const config = found ?? state.disabled.find((one) => one.backend === backend)?.config;
  if (config !== undefined) return config;
  const names = [...state.config.backends.keys()].join(', ');
  const fix = names === '' ? `Add it to ${file.path} first.` : `The backends of ${file.path} are: ${names}.`;
  throw new ConfigError([problem('backend.unknown', 'backends', 'There is no such backend in force.', fix)]);
}

function addition(file: ConfigFile, backend: string, kind: 'header' | 'env', name: string): ConfigEdit {
  const path = ['backends', backend, LISTS[kind]];
  const backends = file.raw().backends as Record<string, Record<string, unknown>> | undefined;
  return Array.isArray(backends?.[backend]?.[LISTS[kind]])
    ? { path: [...path, -1], value: name }
    : { path, value: [name] };
}

/** The problem of a name that the config does not list: stored, it would be of no use (a slip of the finger). */
export function notListed({ ref }: SecretPlace): Problem {
  const list = LISTS[ref.kind === 'env' ? 'env' : 'header'];
  const place = `backends.${ref.backend}.${list}`;
  const message = `${ref.backend} does not list ${ref.name} under ${list}, so nothing would use it; nothing was stored.`;
  return problem('secret.missing', place, message, 'Check the spelling, or say --add to list it there, too.');
}

function wrongKind(backend: string, config: BackendConfig): Problem {
  const [takes, writes] =
    config.type === 'stdio'
      ? ['variables, no headers', 'env:NAME']
      : ['headers, no variables', 'header:NAME'];
  const message = `${backend} is of the type ${config.type}, which takes ${takes}.`;
  return problem('secret.missing', `backends.${backend}`, message, `Write ${writes}.`);
}

function wrongAuth(backend: string, config: BackendConfig, name: string): Problem {
  const strategy = config.type === 'stdio' ? 'none' : config.auth.strategy;
  const needed = secretTargets(backend, config).filter(({ kind }) => kind === 'auth');
  const message = `${backend} signs in with the strategy ${strategy}, which uses no secret "${name}".`;
  const fix =
    needed[0] === undefined
      ? `Set backends.${backend}.auth first: bearer uses auth:token, header auth:value, basic auth:password.`
      : `Write auth:${needed[0].name}.`;
  return problem('secret.missing', `backends.${backend}.auth`, message, fix);
}
