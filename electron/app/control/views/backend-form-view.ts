import {
  type BackendConfig,
  backendSchema,
  type RemoteBackendConfig,
} from '../../../../shared/config/backend-schema.ts';
import { isRecord } from '../../../../shared/config/read.ts';
import type { BackendForm } from '../../../../shared/control/backend-form.ts';

/** The entry of a backend as the form holds it; there is no secret in it, since the file holds none. */
export function backendForm(config: BackendConfig): BackendForm {
  const { title, enabled, tools, timeoutSeconds, era } = config;
  return {
    ...(title === undefined ? {} : { title }),
    enabled,
    connection: config.type === 'stdio' ? processForm(config) : remoteForm(config),
    tools: {
      ...(tools.only === undefined ? {} : { only: [...tools.only] }),
      hide: [...tools.hide],
      rename: [...tools.rename].map(([tool, to]) => ({ tool, to })),
      describe: [...tools.describe].map(([tool, text]) => ({ tool, text })),
      changed: tools.changed,
    },
    timeoutSeconds,
    era,
  };
}

/**
 * The form of an entry whose fields do not all hold: what can be read of it stands there, the rest is empty, so that
 * a person can put it right.
 */
export function formOfBrokenEntry(raw: unknown): BackendForm {
  const entry = isRecord(raw) ? raw : {};
  const text = (key: string): string => (typeof entry[key] === 'string' ? entry[key] : '');
  const type =
    ['http', 'sse', 'stdio'].find((known) => known === entry.type) ??
    (text('command') === '' ? 'http' : 'stdio');
  const minimal =
    type === 'stdio'
      ? { type, command: text('command') || '?', args: texts(entry.args) }
      : { type, url: 'http://localhost/' };
  const parsed = backendSchema.parse(minimal);
  const form = backendForm(parsed);
  const { connection } = form;
  if (connection.type === 'stdio')
    return { ...form, connection: { ...connection, command: text('command') } };
  return { ...form, connection: { ...connection, url: text('url') } };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string' && !item.includes('\0')) : [];
}

function processForm(config: Extract<BackendConfig, { type: 'stdio' }>): BackendForm['connection'] {
  const { command, args, cwd, env, secretEnv, envFromHeaders } = config;
  return {
    type: 'stdio',
    command,
    args: [...args],
    ...(cwd === undefined ? {} : { cwd }),
    env: named(env),
    secretEnv: [...secretEnv],
    envFromHeaders: [...envFromHeaders].map(([variable, header]) => ({ variable, header })),
  };
}

function remoteForm(config: RemoteBackendConfig): BackendForm['connection'] {
  const { type, url, sendInClear, headers, secretHeaders, auth, identityHeaders, passthrough } = config;
  return {
    type,
    url,
    sendInClear,
    headers: named(headers),
    secretHeaders: [...secretHeaders],
    auth: authForm(auth),
    identityHeaders,
    passthroughExcept: [...passthrough.except],
  };
}

function authForm(
  auth: RemoteBackendConfig['auth'],
): Extract<BackendForm['connection'], { type: 'http' }>['auth'] {
  const { strategy, ...fields } = auth;
  const entries = Object.entries(fields).flatMap(([key, value]): [string, string | string[]][] =>
    typeof value === 'string' ? [[key, value]] : Array.isArray(value) ? [[key, value.map(String)]] : [],
  );
  return { strategy, ...Object.fromEntries(entries) };
}

function named(map: ReadonlyMap<string, string>): { name: string; value: string }[] {
  return [...map].map(([name, value]) => ({ name, value }));
}
