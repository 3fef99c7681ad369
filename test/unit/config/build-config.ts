import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { Config } from '../../../shared/config/config.ts';
import { type ParsedConfig, type ParseOptions, parseConfig } from '../../../shared/config/parse-config.ts';

/** Parses a config from its JSON form, as a file would bring it: own `__proto__` keys survive. */
export function parsed(raw: Record<string, unknown>, options?: ParseOptions): ParsedConfig {
  return parseConfig({ version: 1, ...raw }, options);
}

/** A config with these backends, which must all be in force. */
export function config(
  backends: Record<string, unknown>,
  passthroughHeaders: string[] = [],
  gateway = {},
): Config {
  const result = parsed({ backends, passthroughHeaders, gateway });
  if (result.disabled.length > 0) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

export function http(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'http', url: 'https://billing.example/mcp', ...fields };
}

export function stdio(fields: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 'stdio', command: 'server', ...fields };
}

export function backendName(text: string): BackendName {
  return text as BackendName;
}

/** Code and place of each problem, errors marked: enough to compare a whole outcome at once. */
export function outcome(result: ParsedConfig): string[] {
  return result.problems.map(
    ({ code, place, severity }) => `${severity === 'error' ? '' : '~'}${code} ${place}`,
  );
}
