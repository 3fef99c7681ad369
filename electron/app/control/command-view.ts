import type { StdioBackendConfig } from '../../../shared/config/backend-schema.ts';
import type { CallAnswer } from '../../../shared/control/contract.ts';
import { buildChildEnvironment } from '../../backends/stdio/child-environment.ts';
import { resolveCommand } from '../../backends/stdio/resolve-command.ts';
import { commandDigest } from '../approvals.ts';
import type { ControlContext } from './context.ts';

type CommandView = NonNullable<CallAnswer<'backends.get'>['command']>;

/** The exact command in full, where its program was found, and whether it may run. Starts nothing but the login shell. */
export async function commandView(
  { patchbay }: ControlContext,
  name: string,
  config: StdioBackendConfig,
): Promise<CommandView> {
  const { command, args, cwd = process.cwd(), env, secretEnv, envFromHeaders } = config;
  const login = await patchbay.ports.loginEnvironment();
  const built = buildChildEnvironment({
    login: login.variables,
    own: Object.fromEntries(env),
    secrets: {},
    fromHeaders: {},
    platform: process.platform,
  });
  const variables: Readonly<Record<string, string>> = built.ok ? built.env : {};
  const path = Object.entries(variables).find(([key]) => key.toUpperCase() === 'PATH')?.[1] ?? '';
  const resolved = resolveCommand(command, { path, cwd, platform: process.platform });
  const names = new Set([...Object.keys(variables), ...env.keys(), ...secretEnv, ...envFromHeaders.keys()]);
  return {
    argv: [command, ...args],
    cwd,
    envNames: [...names].sort().slice(0, 256),
    ...(resolved.found === undefined ? {} : { resolved: resolved.found }),
    lookedIn: resolved.found === undefined ? resolved.lookedIn.slice(0, 256) : [],
    approval: commandDigest(name, config),
    approved: patchbay.approvals.mayStart(name, config),
  };
}
