import type { StdioBackendConfig } from '../../../shared/config/backend-schema.ts';
import type { CapturedHeader } from '../../../shared/headers/capture.ts';
import { foldName } from '../../../shared/headers/name.ts';
import type { Secret } from '../../secrets/secret.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { failure } from '../failure.ts';
import { secretFailure } from '../secret-failure.ts';
import type { BackendFailure } from '../transport.ts';
import { buildChildEnvironment } from './child-environment.ts';
import type { LoginEnvironment } from './login-environment.ts';

export interface EnvironmentPorts {
  readonly secrets: SecretStore;
  readonly loginEnvironment: () => Promise<LoginEnvironment>;
}

export interface EnvironmentScope {
  readonly backend: string;
  readonly captured: readonly CapturedHeader[];
}

export type PreparedEnvironment =
  | { readonly ok: true; readonly env: Readonly<Record<string, string>> }
  | { readonly ok: false; readonly failure: BackendFailure };

/**
 * The environment of one session's process: the safe part of the login shell's, the entry's own, its secrets, and
 * the captured headers that the user mapped to variables (contract 1.8). Nothing else of the caller reaches it.
 */
export async function prepareEnvironment(
  { backend, captured }: EnvironmentScope,
  config: StdioBackendConfig,
  ports: EnvironmentPorts,
): Promise<PreparedEnvironment> {
  const secrets: Record<string, Secret> = {};
  for (const name of config.secretEnv) {
    const read = await ports.secrets.read({ backend, kind: 'env', name });
    if (read.state !== 'found')
      return { ok: false, failure: secretFailure(backend, `secret variable ${name}`, read) };
    secrets[name] = read.secret;
  }
  const fromHeaders: Record<string, string> = {};
  for (const [variable, header] of config.envFromHeaders) {
    const value = captured.find(({ name }) => foldName(name) === foldName(header))?.value;
    // Captured values are bytes; a variable is text, and every system of today reads it as UTF-8.
    if (value !== undefined) fromHeaders[variable] = Buffer.from(value, 'latin1').toString('utf8');
  }
  const login = await ports.loginEnvironment();
  const built = buildChildEnvironment({
    login: login.variables,
    own: Object.fromEntries(config.env),
    secrets,
    fromHeaders,
    platform: process.platform,
  });
  if (built.ok) return built;
  const message = `${backend}: the variable ${built.name} cannot be set: ${built.reason}`;
  return { ok: false, failure: failure('backend.cannot-start', message, { notProcessed: true }) };
}
