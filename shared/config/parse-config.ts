import { type Problem, problem } from '../errors/problem.ts';
import { checkAllowlist } from '../headers/allowlist.ts';
import type { HeaderName } from '../headers/name.ts';
import type { BackendName } from './backend-name.ts';
import type { BackendConfig } from './backend-schema.ts';
import { CONFIG_VERSION, type Config, DEFAULT_CONFIG } from './config.ts';
import { parseBackends } from './parse-backends.ts';
import { parseCatalogSettings, parseGatewaySettings } from './parse-settings.ts';
import { isRecord, unknownField } from './read.ts';

export interface ParseOptions {
  /** Ports at which our own endpoint answers, for the loop check (CFG-13). Default: the configured one. */
  readonly ownPorts?: readonly number[];
  /** `save` refuses what `load` only flags: collisions with the allowlist (CFG-18). Default: `load`. */
  readonly purpose?: 'load' | 'save';
}

/** A backend that is in the file but not in force. */
export interface DisabledBackend {
  /** The key in the file, which may be no backend name. */
  readonly backend: string;
  readonly problems: readonly Problem[];
  /** What was understood of it, where its fields are right and only a rule forbids it. */
  readonly config?: BackendConfig;
}

export interface ParsedConfig {
  /** What is in force: valid entries only. */
  readonly config: Config;
  /** Everything that is wrong, the disabled backends' problems included. */
  readonly problems: readonly Problem[];
  readonly disabled: readonly DisabledBackend[];
  /** The file must not be rewritten: it is of a newer version, or not a config at all (CFG-10). */
  readonly readOnly: boolean;
}

const FIELDS: ReadonlySet<string> = new Set([
  '$schema',
  'version',
  'gateway',
  'passthroughHeaders',
  'backends',
  'tools',
]);

/**
 * Parses what a config file holds, entry by entry: a bad allowlist entry or backend disables only itself, a bad
 * setting falls back to its default, everything else is in force (B12). Never throws, never changes its input.
 */
export function parseConfig(raw: unknown, options: ParseOptions = {}): ParsedConfig {
  if (!isRecord(raw)) {
    const found = problem(
      'config.syntax',
      '',
      'The configuration is not an object.',
      'Start it with { and end it with }.',
    );
    return { config: DEFAULT_CONFIG, problems: [found], disabled: [], readOnly: true };
  }
  const version = checkVersion(raw.version);
  const gateway = parseGatewaySettings(raw.gateway);
  const allowlist = parseAllowlist(raw.passthroughHeaders);
  const backends = parseBackends(raw.backends, {
    allowlist: allowlist.names,
    auth: gateway.value.auth,
    ownPorts: options.ownPorts ?? [gateway.value.port],
    purpose: options.purpose ?? 'load',
  });
  const tools = parseCatalogSettings(raw.tools, knownNames(backends.backends, backends.disabled));
  return {
    config: {
      version: CONFIG_VERSION,
      gateway: gateway.value,
      passthroughHeaders: allowlist.names,
      backends: backends.backends,
      tools: tools.value,
    },
    problems: [
      ...version.problems,
      ...Object.keys(raw)
        .filter((key) => !FIELDS.has(key))
        .map(unknownField),
      ...gateway.problems,
      ...allowlist.problems,
      ...backends.problems,
      ...tools.problems,
    ],
    disabled: backends.disabled,
    readOnly: version.readOnly,
  };
}

/** Whether a save must be refused: something is wrong that is more than a warning. */
export function isRefused(parsed: ParsedConfig): boolean {
  return parsed.readOnly || parsed.problems.some((found) => found.severity === 'error');
}

function checkVersion(version: unknown): {
  readonly problems: readonly Problem[];
  readonly readOnly: boolean;
} {
  if (version === CONFIG_VERSION) return { problems: [], readOnly: false };
  const fix = `Write "version": ${CONFIG_VERSION}.`;
  if (version === undefined) {
    const message = `The version is missing; ${CONFIG_VERSION} is assumed.`;
    return { problems: [problem('config.version', 'version', message, fix, 'warning')], readOnly: false };
  }
  const newer = typeof version === 'number' && version > CONFIG_VERSION;
  const message = newer
    ? 'The configuration was written by a newer version; it is open read-only.'
    : `The version must be the number ${CONFIG_VERSION}; the configuration is open read-only.`;
  return {
    problems: [problem('config.version', 'version', message, newer ? 'Update Patchbay.' : fix)],
    readOnly: true,
  };
}

function parseAllowlist(raw: unknown): ReturnType<typeof checkAllowlist> {
  if (raw === undefined) return { names: NO_NAMES, problems: [] };
  if (Array.isArray(raw)) return checkAllowlist(raw);
  const found = problem(
    'config.field',
    'passthroughHeaders',
    'A list is expected here.',
    'Write ["X-Name"].',
  );
  return { names: NO_NAMES, problems: [found] };
}

const NO_NAMES: readonly HeaderName[] = Object.freeze([]);

function knownNames(
  backends: ReadonlyMap<BackendName, BackendConfig>,
  disabled: readonly DisabledBackend[],
): ReadonlySet<string> {
  return new Set([...backends.keys(), ...disabled.map(({ backend }) => backend)]);
}
