import type { z } from 'zod';
import { type Problem, problem } from '../errors/problem.ts';
import { type BackendName, parseBackendName } from './backend-name.ts';
import { type CatalogSettings, DEFAULT_CONFIG, type GatewaySettings } from './config.ts';
import {
  type AuthSettings,
  catalogFields,
  clientTokenSchema,
  gatewayFields,
  originSchema,
} from './gateway-schema.ts';
import { placeOf } from './place.ts';
import { isRecord, readPart, unknownField } from './read.ts';

export interface Settings<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

/** The gateway's settings. A wrong field falls back to its default alone; for `auth` that lets nobody in. */
export function parseGatewaySettings(raw: unknown): Settings<GatewaySettings> {
  const defaults = DEFAULT_CONFIG.gateway;
  const fields = readFields(raw, 'gateway', Object.keys(gatewayFields));
  const value: GatewaySettings = {
    port: fields.read('port', gatewayFields.port, defaults.port),
    host: fields.read('host', gatewayFields.host, defaults.host),
    auth: readAuth(fields),
    allowedOrigins: fields.list('allowedOrigins', originSchema),
    sessionIdleHours: fields.read(
      'sessionIdleHours',
      gatewayFields.sessionIdleHours,
      defaults.sessionIdleHours,
    ),
    maxSessions: fields.read('maxSessions', gatewayFields.maxSessions, defaults.maxSessions),
    sayWhoAsks: fields.read('sayWhoAsks', gatewayFields.sayWhoAsks, defaults.sayWhoAsks),
  };
  return { value, problems: fields.problems };
}

/** How items are merged. Names in `order` that no backend bears are left out with a warning. */
export function parseCatalogSettings(raw: unknown, backends: ReadonlySet<string>): Settings<CatalogSettings> {
  const defaults = DEFAULT_CONFIG.tools;
  const fields = readFields(raw, 'tools', Object.keys(catalogFields));
  const order: BackendName[] = [];
  fields.read('order', catalogFields.order, []).forEach((text, index) => {
    const name = backends.has(text) ? parseBackendName(text) : undefined;
    if (name !== undefined) order.push(name);
    else fields.problems.push(noSuchBackend(placeOf(['tools', 'order', index]), text));
  });
  const value: CatalogSettings = {
    conflicts: fields.read('conflicts', catalogFields.conflicts, defaults.conflicts),
    order,
    prefixFormat: fields.read('prefixFormat', catalogFields.prefixFormat, defaults.prefixFormat),
  };
  return { value, problems: fields.problems };
}

interface Fields {
  readonly raw: Readonly<Record<string, unknown>>;
  readonly problems: Problem[];
  /** The field, or its default where it is absent or wrong. */
  read<T>(key: string, schema: z.ZodType<T>, fallback: T): T;
  /** The good items of a list. */
  list<T>(key: string, item: z.ZodType<T>): readonly T[];
}

function readFields(value: unknown, base: string, known: readonly string[]): Fields {
  const problems: Problem[] = [];
  const raw = isRecord(value) ? value : {};
  if (value !== undefined && !isRecord(value)) {
    problems.push(problem('config.field', base, 'An object is expected here.', 'Write { ... }.'));
  }
  for (const key of Object.keys(raw))
    if (!known.includes(key)) problems.push(unknownField(placeOf([key], base)));
  const read = <T>(key: string, schema: z.ZodType<T>, fallback: T): T => {
    if (!Object.hasOwn(raw, key)) return fallback;
    const reading = readPart(schema, raw[key], placeOf([key], base));
    problems.push(...reading.problems);
    return reading.value ?? fallback;
  };
  const list = <T>(key: string, item: z.ZodType<T>): readonly T[] => {
    if (!Object.hasOwn(raw, key)) return [];
    const reading = readList(item, raw[key], placeOf([key], base));
    problems.push(...reading.problems);
    return reading.value;
  };
  return { raw, problems, read, list };
}

function readList<T>(schema: z.ZodType<T>, raw: unknown, place: string): Settings<readonly T[]> {
  if (!Array.isArray(raw)) {
    return {
      value: [],
      problems: [problem('config.field', place, 'A list is expected here.', 'Write [ ... ].')],
    };
  }
  const readings = raw.map((item: unknown, index) => readPart(schema, item, placeOf([index], place)));
  return {
    value: readings.flatMap(({ value }) => (value === undefined ? [] : [value])),
    problems: readings.flatMap(({ problems }) => problems),
  };
}

// One bad token must not lock out the holders of the others, so the tokens are read one by one.
function readAuth(fields: Fields): AuthSettings {
  const fallback = DEFAULT_CONFIG.gateway.auth;
  const auth = fields.raw.auth;
  if (!isRecord(auth) || auth.mode !== 'local' || !Array.isArray(auth.tokens)) {
    return fields.read('auth', gatewayFields.auth, fallback);
  }
  const tokens = readList(clientTokenSchema, auth.tokens, 'gateway.auth.tokens');
  const rest = readPart(gatewayFields.auth, { ...auth, tokens: tokens.value }, 'gateway.auth');
  fields.problems.push(...tokens.problems, ...rest.problems);
  return rest.value ?? fallback;
}

function noSuchBackend(place: string, name: string): Problem {
  const message = `There is no backend ${JSON.stringify(name.slice(0, 64))}.`;
  return problem(
    'backend.unknown',
    place,
    message,
    'Write the name of a backend or remove the entry.',
    'warning',
  );
}
