import { type ClientProblem, warning } from '../clients/codes.ts';
import type { BackendConfig } from '../config/backend-schema.ts';
import { type Config, DEFAULT_CONFIG } from '../config/config.ts';
import { headerVariables, type NeededVariable, sharedVariables } from './environment.ts';
import { incomingAuth, outgoingAuth } from './vmcp-auth.ts';
import { aggregation } from './vmcp-tools.ts';
import { printYaml, type YamlValue } from './yaml-text.ts';

/** A ToolHive vMCP setup of the same gateway. */
export interface VmcpExport {
  /** The file for `vmcp serve --config`. Holds no secret. */
  readonly yaml: string;
  /** Variables that must be set for it; secret ones are named only. */
  readonly environment: readonly NeededVariable[];
  /** What the file does not say, one by one. An error means that the export is less safe than the original. */
  readonly problems: readonly ClientProblem[];
}

type Remote = Exclude<BackendConfig, { type: 'stdio' }>;

const NAME = 'patchbay';

/**
 * Writes a configuration as ToolHive's Virtual MCP Server reads it. Field names follow `pkg/vmcp/config/config.go` of
 * stacklok/toolhive at e25de16 (2026-08-21, 33 commits after v0.44.0), whose loader refuses unknown fields, and satisfy
 * the checks of its `validator.go`. Never fails: what cannot be expressed is listed (IMP-04: no secret in the export).
 */
export function exportVmcp(config: Config): VmcpExport {
  const remote = new Map<string, Remote>();
  for (const [name, backend] of config.backends)
    if (backend.enabled && backend.type !== 'stdio') remote.set(name, backend);
  const incoming = incomingAuth(config.gateway.auth);
  const outgoing = [...remote].map(([name, backend]) => ({ name, ...outgoingAuth(name, backend) }));
  const merged = aggregation(config.tools, remote);
  const strategies = outgoing
    .filter((one) => one.value !== undefined)
    .map((one) => [one.name, one.value] as const);
  const value: YamlValue = {
    name: NAME,
    groupRef: NAME,
    backends: [...remote].map(([name, backend]) => ({
      name,
      url: backend.url,
      transport: backend.type === 'sse' ? 'sse' : 'streamable-http',
    })),
    incomingAuth: incoming.value,
    outgoingAuth: {
      source: 'inline',
      default: { type: 'unauthenticated' },
      backends: strategies.length > 0 ? Object.fromEntries(strategies) : undefined,
    },
    aggregation: merged.value,
    operational: { timeouts: timeouts(remote) },
    passthroughHeaders: config.passthroughHeaders.length > 0 ? config.passthroughHeaders : undefined,
  };
  const environment = [
    ...incoming.variables,
    ...outgoing.flatMap((one) => one.variables),
    ...[...remote].flatMap(([name, backend]) => headerVariables(name, backend)),
  ];
  const problems = [
    ...incoming.problems,
    ...gatewayProblems(config),
    ...[...config.backends].flatMap(([name, backend]) => backendProblems(name, backend, config)),
    ...outgoing.flatMap((one) => one.problems),
    ...merged.problems,
    ...sharedVariables(remote.keys()),
    ...environment.filter((one) => one.value === undefined).map(environmentProblem),
  ];
  return {
    yaml: `${header(config, problems.length)}${printYaml(value).trimStart()}\n`,
    environment,
    problems,
  };
}

/** Go durations, in seconds; the default is ours, the others stand by name. */
function timeouts(remote: ReadonlyMap<string, Remote>): YamlValue {
  const standard = 60;
  const own = [...remote].filter(([, backend]) => backend.timeoutSeconds !== standard);
  return {
    default: `${standard}s`,
    perWorkload:
      own.length > 0
        ? Object.fromEntries(own.map(([name, backend]) => [name, `${backend.timeoutSeconds}s`]))
        : undefined,
  };
}

function header(config: Config, problems: number): string {
  const { host, port, sessionIdleHours } = config.gateway;
  return [
    '# Virtual MCP Server (ToolHive), exported by Patchbay.',
    `# vmcp serve --config FILE --host ${host} --port ${port} --session-ttl ${sessionIdleHours}h`,
    `# The group "${NAME}" must exist: thv group create ${NAME}`,
    `# ${problems} things are not in this file or need a variable; the export lists them.`,
    '',
  ].join('\n');
}

function environmentProblem(variable: NeededVariable): ClientProblem {
  const message = `${variable.name} must be set where the gateway runs: ${variable.purpose}.`;
  return warning('export-environment', variable.name, message, 'Set it from a secret store.');
}

function gatewayProblems(config: Config): readonly ClientProblem[] {
  const lossy = (field: string, message: string, fix: string): ClientProblem =>
    warning('export-lossy', `gateway.${field}`, message, fix);
  const problems: ClientProblem[] = [];
  if (config.gateway.allowedOrigins.length > 0) {
    problems.push(
      lossy('allowedOrigins', 'Allowed origins cannot be expressed.', 'Allow them in a proxy in front.'),
    );
  }
  if (config.gateway.maxSessions !== DEFAULT_CONFIG.gateway.maxSessions) {
    problems.push(
      lossy('maxSessions', 'The limit of sessions cannot be expressed.', 'There is no substitute.'),
    );
  }
  if (config.gateway.sayWhoAsks) {
    problems.push(
      lossy(
        'sayWhoAsks',
        'Naming the backend in its questions cannot be expressed.',
        'There is no substitute.',
      ),
    );
  }
  return problems;
}

function backendProblems(name: string, backend: BackendConfig, config: Config): readonly ClientProblem[] {
  const lossy = (field: string, message: string, fix: string): ClientProblem =>
    warning('export-lossy', field === '' ? `backends.${name}` : `backends.${name}.${field}`, message, fix);
  if (!backend.enabled)
    return [lossy('', 'The backend is off and is not exported.', 'Switch it on to export it.')];
  if (backend.type === 'stdio') {
    const message = 'A local process cannot be a backend of an exported file.';
    return [lossy('', message, `Run it with "thv run --group ${NAME}" and add its address under backends.`)];
  }
  const problems: ClientProblem[] = [];
  if (backend.passthrough.except.length > 0) {
    const message =
      'Leaving a passthrough header out for one backend cannot be expressed: it will get all of them.';
    problems.push(
      lossy('passthrough.except', message, 'Take the header off the list, or run a second gateway.'),
    );
  }
  const signedIn = config.gateway.auth.mode === 'oidc' || config.gateway.auth.mode === 'embedded';
  if (backend.identityHeaders === 'on' || (backend.identityHeaders === 'auto' && signedIn)) {
    const message = 'Identity headers (X-User-Sub, X-User-Email, X-User-Name) cannot be expressed.';
    problems.push(
      lossy('identityHeaders', message, 'Use token_exchange so that the backend learns who calls.'),
    );
  }
  if (backend.era !== 'auto') {
    problems.push(lossy('era', 'The protocol era of a backend cannot be set.', 'ToolHive negotiates it.'));
  }
  return problems;
}
