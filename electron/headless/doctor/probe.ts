import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { RemoteBackendConfig } from '../../../shared/config/backend-schema.ts';
import type { Config } from '../../../shared/config/config.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import { readHostUser } from '../../app/host-user.ts';
import { createOutgoingAuths } from '../../app/outgoing-auths.ts';
import { openBackendSession } from '../../backends/backend-session.ts';
import { failure } from '../../backends/failure.ts';
import type { ClientHello, ServerHello } from '../../backends/handshake.ts';
import { createConnectionPools } from '../../backends/http/connection-pools.ts';
import { createEraMemory } from '../../backends/modern/era-memory.ts';
import type { BackendPorts, SessionScope } from '../../backends/open-transport.ts';
import { createLoginEnvironment } from '../../backends/stdio/login-environment.ts';
import type { BackendFailure } from '../../backends/transport.ts';
import type { SecretStore } from '../../secrets/secret-store.ts';
import { VERSION } from '../version.ts';

/** Calls one backend and hangs up. Never rejects, never takes longer than the limit. */
export type Probe = (name: string, backend: RemoteBackendConfig) => Promise<ServerHello | BackendFailure>;

const LIMIT_MS = 5_000;
const NOBODY: Principal = { kind: 'anonymous' };
const HELLO: ClientHello = {
  protocolVersion: '2025-11-25',
  capabilitiesText: '{}',
  clientInfoText: JSON.stringify({ name: 'patchbay-doctor', version: VERSION }),
};
const NO_NOTES = { sent: () => {}, dropped: () => {}, refused: () => {}, started: () => {} };
const NO_EVENTS = { message: () => {}, changed: () => {} };

/** A probe through the drivers that the gateway uses, with the backend's own credentials and nobody as the caller. */
export async function createProbe(config: Config, secrets: SecretStore): Promise<Probe & AsyncDisposable> {
  const pools = await createConnectionPools();
  const now = (): number => performance.now();
  const auths = createOutgoingAuths({
    config: () => config,
    secrets,
    dependencies: {},
    signInChanged: () => {},
  });
  const ports: BackendPorts = {
    pools,
    secrets,
    osUser: readHostUser(),
    userAgent: `Patchbay/${VERSION}`,
    hop: randomBytes(12).toString('hex'),
    outgoingAuth: (backend) => auths.of(backend),
    loginEnvironment: createLoginEnvironment(),
    backendOutput: () => {},
    now,
    eras: createEraMemory(now),
  };
  const probe: Probe = async (name, backend) => {
    const except = new Set(backend.passthrough.except.map((header) => header.toLowerCase()));
    const notCaptured = config.passthroughHeaders.filter((header) => !except.has(header.toLowerCase()));
    const scope: SessionScope = { backend: name, config: backend, captured: [], notCaptured, owner: NOBODY };
    const session = openBackendSession(scope, HELLO, ports, NO_EVENTS, NO_NOTES);
    const late = failure('backend.timeout', `${name} did not answer within ${LIMIT_MS / 1000} s`);
    const answer = await within(LIMIT_MS, session.ready(), late);
    // Hanging up has a limit of its own; what was answered counts all the same.
    await within(LIMIT_MS, session.close(), undefined);
    return answer;
  };
  return Object.assign(probe, {
    [Symbol.asyncDispose]: async () => {
      auths[Symbol.dispose]();
      await pools[Symbol.asyncDispose]();
    },
  });
}

async function within<T, U>(limitMs: number, work: Promise<T>, late: U): Promise<T | U> {
  const timeout = new AbortController();
  try {
    return await Promise.race([work, wait(limitMs, late, { signal: timeout.signal })]);
  } finally {
    timeout.abort();
  }
}
