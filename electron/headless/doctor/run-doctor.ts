import { stat } from 'node:fs/promises';
import { secretTargets } from '../../app/control/secret-targets.ts';
import { createLoginEnvironment } from '../../backends/stdio/login-environment.ts';
import { listClients } from '../../clients/detect.ts';
import { configPaths } from '../../config/config-paths.ts';
import type { ConfigState } from '../../config/config-state.ts';
import { clientHost } from '../client-setup.ts';
import { endpointUrl } from '../endpoint-url.ts';
import { openSecrets, type Secrets } from '../open-secrets.ts';
import { EXIT, say, sayJson } from '../output.ts';
import { checkBackends } from './check-backends.ts';
import { checkClients } from './check-clients.ts';
import { checkClock, type PastMoment } from './check-clock.ts';
import { keychainFinding } from './check-keychain.ts';
import { checkPort } from './check-port.ts';
import { checkPrograms } from './check-programs.ts';
import { findingLines } from './finding.ts';
import { createProbe } from './probe.ts';
import { lookAtConfig } from './read-config.ts';

/** Looks at everything that a working setup needs, and says what to do; exit code 1 where there is a problem. */
export async function runDoctor(options: { config?: string; json?: true }): Promise<void> {
  const { configFile } = configPaths(options.config);
  using secrets = await openSecrets();
  const { state, findings: config } = await lookAtConfig(configFile, options.config !== undefined);
  const login = createLoginEnvironment();
  const { gateway } = state.config;
  await using probe = await createProbe(state.config, secrets.store);
  const findings = [
    ...config,
    await checkPort(gateway),
    keychainFinding(await secrets.keychain.status(), needsKeychain(state, secrets)),
    ...checkPrograms(state.config, await login()),
    ...(await checkBackends({ config: state.config, store: secrets.store, login, probe })),
    ...checkClients(await listClients(clientHost(), { url: endpointUrl(gateway) }), gateway),
    checkClock(Date.now(), await pastMoments(configFile, state)),
  ];
  const problems = findings.filter(({ state }) => state === 'problem').length;
  if (problems > 0) process.exitCode = EXIT.problems;
  if (options.json) return sayJson({ ok: problems === 0, findings });
  for (const line of findingLines(findings)) say(line);
  say(problems === 0 ? '\nNo problem found.' : `\n${problems} problem${problems === 1 ? '' : 's'} found.`);
}

function needsKeychain({ config }: ConfigState, { environment }: Secrets): boolean {
  const wanted = [...config.backends].flatMap(([name, backend]) =>
    backend.enabled ? secretTargets(name, backend) : [],
  );
  return wanted.some((ref) => environment?.has(ref) !== true);
}

async function pastMoments(configFile: string, { config }: ConfigState): Promise<readonly PastMoment[]> {
  const { auth } = config.gateway;
  const tokens = auth.mode === 'local' ? auth.tokens : [];
  const made = tokens.flatMap(({ client, createdAt = '' }): PastMoment[] => {
    const at = Date.parse(createdAt);
    return Number.isNaN(at) ? [] : [{ what: `the token of ${client}`, at }];
  });
  const file = await stat(configFile).catch(() => undefined);
  return file === undefined ? made : [...made, { what: configFile, at: file.mtimeMs }];
}
