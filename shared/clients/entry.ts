import type { JsonObject, JsonValue } from '../json/json-value.ts';
import { good, type Outcome, refuse } from './codes.ts';
import type { BridgeShape, ClientDefinition, HttpShape } from './definition.ts';

/** How the bridge is started, without token, address or headers: those are added here. */
export interface BridgeCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export interface EntryOptions {
  readonly url: string;
  readonly token: string;
  readonly entryName: string;
  readonly bridge?: BridgeCommand;
  /** Passthrough headers that this client should send; their values come from the client's environment. */
  readonly headerNames?: readonly string[];
}

export interface ClientEntry {
  readonly via: 'http' | 'bridge';
  readonly value: JsonObject;
  /** Variables that the user sets for the client, by header name. Empty when no header is asked for. */
  readonly envByHeader: Readonly<Record<string, string>>;
  /** Asked for, but this client cannot send them from its entry. */
  readonly headersLeftOut: readonly string[];
}

/** The bridge reads its secrets here: never from arguments, which other processes can see (clients page, bridge rules). */
export const BRIDGE_TOKEN_VARIABLE = 'PATCHBAY_TOKEN';
export const BRIDGE_URL_VARIABLE = 'PATCHBAY_URL';
/** The program that starts the gateway: a path has blanks on Windows, which some clients mangle in arguments. */
export const BRIDGE_START_VARIABLE = 'PATCHBAY_START';

/** The variable from which a header's value is taken: `X-Tenant` becomes `PATCHBAY_HEADER_X_TENANT`. */
export function headerVariable(name: string): string {
  return `PATCHBAY_HEADER_${name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

/**
 * Our entry in the words of one client. Pure; the token stands in a header or in the bridge's environment, never in
 * the URL or in an argument. Refused only when the client needs the bridge and none was given.
 */
export function clientEntry(definition: ClientDefinition, options: EntryOptions): Outcome<ClientEntry> {
  const { http, bridge } = definition;
  const useBridge =
    bridge !== undefined && options.bridge !== undefined && (definition.prefer === 'bridge' || !http);
  if (useBridge) return good(bridgeEntry(definition, bridge, options.bridge, options));
  if (http !== undefined) return good(httpEntry(definition, http, options));
  return refuse(
    'bridge-needed',
    definition.id,
    `${definition.title} starts its servers over stdio only and needs the bridge, which was not found.`,
    'Build or install the bridge, then connect again.',
  );
}

function httpEntry(definition: ClientDefinition, shape: HttpShape, options: EntryOptions): ClientEntry {
  const names = options.headerNames ?? [];
  const env = shape.env;
  const variables = Object.fromEntries(names.map((name) => [name, headerVariable(name)]));
  const headers: Record<string, JsonValue> = { Authorization: `Bearer ${options.token}` };
  if (env !== undefined && 'open' in env) {
    for (const name of names) headers[name] = `${env.open}${headerVariable(name)}${env.close}`;
  }
  const value: Record<string, JsonValue> = {
    ...named(definition, options),
    ...shape.fixed,
    [shape.urlKey]: options.url,
    ...nested(shape.headersPath, headers),
  };
  if (env !== undefined && 'mapKey' in env && names.length > 0) value[env.mapKey] = variables;
  return {
    via: 'http',
    value: { ...value, ...shape.after },
    envByHeader: env === undefined ? {} : variables,
    headersLeftOut: env === undefined ? names : [],
  };
}

function bridgeEntry(
  definition: ClientDefinition,
  shape: BridgeShape,
  bridge: BridgeCommand,
  options: EntryOptions,
): ClientEntry {
  const names = options.headerNames ?? [];
  const args = [...bridge.args, ...names.flatMap((name) => ['--header', name])];
  const command: Record<string, JsonValue> =
    shape.argsKey === 'joined'
      ? { [shape.commandKey]: [bridge.command, ...args] }
      : { [shape.commandKey]: bridge.command, [shape.argsKey]: args };
  const env = { ...bridge.env, [BRIDGE_URL_VARIABLE]: options.url, [BRIDGE_TOKEN_VARIABLE]: options.token };
  return {
    via: 'bridge',
    value: { ...named(definition, options), ...shape.fixed, ...command, [shape.envKey]: env, ...shape.after },
    envByHeader: Object.fromEntries(names.map((name) => [name, headerVariable(name)])),
    headersLeftOut: [],
  };
}

function named(definition: ClientDefinition, options: EntryOptions): JsonObject {
  return definition.nameKey === undefined ? {} : { [definition.nameKey]: options.entryName };
}

function nested(path: readonly string[], value: JsonValue): JsonObject {
  return path.reduceRight<JsonValue>((inner, key) => ({ [key]: inner }), value) as JsonObject;
}
