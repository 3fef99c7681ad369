import type { Secret } from '../../secrets/secret.ts';
import {
  NEVER_FROM_HEADERS,
  OWN_PREFIX,
  SAFE_PREFIXES,
  SAFE_VARIABLES,
  SAFE_WINDOWS_VARIABLES,
} from './safe-variables.ts';

/** Everything that may reach one child. Each part holds this one backend's values only. */
export interface EnvironmentParts {
  readonly login: Readonly<Record<string, string | undefined>>;
  /** The entry's `env`. */
  readonly own: Readonly<Record<string, string>>;
  /** The entry's `secretEnv`, read from the secret store. */
  readonly secrets: Readonly<Record<string, Secret>>;
  /** The entry's `envFromHeaders`: variable name to the session's captured value. */
  readonly fromHeaders: Readonly<Record<string, string>>;
  readonly platform: NodeJS.Platform;
}

/** The complete environment, or the first variable that cannot be set; `reason` holds names, never values. */
export type ChildEnvironment =
  | { readonly ok: true; readonly env: Record<string, string> }
  | { readonly ok: false; readonly name: string; readonly reason: string };

/**
 * Builds a child's environment: the safe list from the login environment (STD-09), then what the entry itself
 * says. The entry may replace a variable of the safe list; a variable with two sources within the entry is an
 * error, never a question of who wins (contract section 1, collisions).
 */
export function buildChildEnvironment(parts: EnvironmentParts): ChildEnvironment {
  const isWindows = parts.platform === 'win32';
  const fold = (name: string) => (isWindows ? name.toUpperCase() : name);
  const env = safePart(parts.login, isWindows, fold);
  const sourceOf = new Map<string, string>();

  for (const [source, name, read] of entriesOf(parts)) {
    const value = read();
    const reason = refusal(name, value, source, sourceOf.get(fold(name)));
    if (reason !== undefined) return { ok: false, name, reason };
    sourceOf.set(fold(name), source);
    for (const present of Object.keys(env)) if (fold(present) === fold(name)) delete env[present];
    env[name] = value;
  }
  return { ok: true, env };
}

type Source = 'env' | 'secretEnv' | 'envFromHeaders';

function* entriesOf(parts: EnvironmentParts): Generator<[Source, string, () => string]> {
  for (const [name, value] of Object.entries(parts.own)) yield ['env', name, () => value];
  for (const [name, secret] of Object.entries(parts.secrets))
    yield ['secretEnv', name, () => secret.reveal()];
  for (const [name, value] of Object.entries(parts.fromHeaders)) yield ['envFromHeaders', name, () => value];
}

function refusal(
  name: string,
  value: string,
  source: Source,
  earlier: string | undefined,
): string | undefined {
  if (name === '' || /[=\0]/.test(name)) return `"${name}" cannot be the name of an environment variable.`;
  if (name.toUpperCase().startsWith(OWN_PREFIX)) {
    return `${name} is reserved: names that begin with ${OWN_PREFIX} never reach a backend.`;
  }
  if (source === 'envFromHeaders' && NEVER_FROM_HEADERS.some((pattern) => pattern.test(name))) {
    return `${name} decides what a program runs and cannot be filled from a header.`;
  }
  if (earlier !== undefined) return `${name} has two sources, ${earlier} and ${source}; keep one.`;
  if (value.includes('\0')) return `The value of ${name} holds a zero byte.`;
  return undefined;
}

function safePart(
  login: EnvironmentParts['login'],
  isWindows: boolean,
  fold: (name: string) => string,
): Record<string, string> {
  const names = isWindows ? [...SAFE_VARIABLES, ...SAFE_WINDOWS_VARIABLES] : SAFE_VARIABLES;
  const safe = new Set(names.map(fold));
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(login)) {
    const allowed = safe.has(fold(name)) || SAFE_PREFIXES.some((prefix) => fold(name).startsWith(prefix));
    if (allowed && value !== undefined) env[name] = value;
  }
  return env;
}
