import { randomBytes } from 'node:crypto';
import type { Config } from '../../shared/config/config.ts';
import type { Problem } from '../../shared/errors/problem.ts';
import { createConnectionPools } from '../backends/http/connection-pools.ts';
import { createEraMemory } from '../backends/modern/era-memory.ts';
import type { BackendPorts } from '../backends/open-transport.ts';
import { createLoginEnvironment } from '../backends/stdio/login-environment.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { listen } from '../gateway/edge/listener.ts';
import { createGateway, type Gateway } from '../gateway/gateway.ts';
import { applyConfig, reopenBackend } from '../gateway/sessions/apply-config.ts';
import { createSeenHeaders, type SeenHeaders } from '../gateway/sessions/seen-headers.ts';
import type { Log } from '../log/log.ts';
import type { NoteSecret } from '../secrets/passing-secrets.ts';
import type { SecretStore } from '../secrets/secret-store.ts';
import { type Activity, createActivity } from './activity.ts';
import { type Approvals, openApprovals } from './approvals.ts';
import type { ShowCode } from './confirmation-codes.ts';
import { drainGateway } from './drain.ts';
import { withDemo } from './effective-config.ts';
import { createGatewayEvents, type PatchbayListeners } from './gateway-events.ts';
import { readHostUser } from './host-user.ts';
import { createIncoming, endRevoked, type Incoming } from './incoming.ts';
import { type Listening, startListening } from './listening.ts';
import { watchNetwork } from './network-watch.ts';
import { createOutgoingAuths, type OutgoingAuths } from './outgoing-auths.ts';
import { startSweep } from './sweep.ts';
import { createWallTime, type WallTime } from './wall-time.ts';

export interface StartOptions {
  readonly config: ConfigFile;
  readonly log: Log;
  readonly secrets: SecretStore;
  readonly version: string;
  /** In place of the configured port. */
  readonly port?: number;
  /** The words for a port that is taken; undefined for another failure. */
  readonly explainPort?: (error: unknown, port: number) => Promise<Problem | undefined>;
  /** Starts without the port where it is taken and waits to be asked again, for hosts with a window (NET-04). */
  readonly waitsForPort?: boolean;
  /** Hears of every secret that passes through, so that logs are cleaned of it (SEC-05). */
  readonly note?: NoteSecret;
  /** Shows the code that the embedded server's consent page asks for. */
  readonly showCode?: ShowCode;
  /** Opens the user's browser for a sign-in; a host without one leaves it out. */
  readonly openExternal?: (url: string) => Promise<void>;
  /** Adds the built-in echo backend for this run. */
  readonly demo?: boolean;
  /** Which commands may be started; by default every one that the config file names. */
  readonly approvals?: Approvals;
}

/** Everything that runs, for the control API and the hosts. */
export interface Patchbay extends AsyncDisposable {
  readonly url: string;
  readonly version: string;
  /** By `ports.now`. */
  readonly startedAt: number;
  readonly approvals: Approvals;
  readonly configFile: ConfigFile;
  readonly gateway: Gateway;
  readonly listening: Listening;
  readonly secrets: SecretStore;
  readonly incoming: Incoming;
  readonly outgoing: OutgoingAuths;
  readonly ports: BackendPorts;
  /** Turns a time of `ports.now` into one that is shown: on the wall, in whole ms since 1970. */
  readonly wallTime: WallTime['of'];
  /** Its times are on the wall. */
  readonly activity: Activity;
  readonly seen: SeenHeaders;
  readonly listeners: PatchbayListeners;
  /** The configuration in force: the file's, and the demo backend where it was asked for. */
  config(): Config;
  /** Stops taking work, lets calls finish for up to 10 s, then ends everything that was started (CRA-04). */
  drain(): Promise<void>;
}

/**
 * The composition root: ports in, a running Patchbay out. Rejects where the port cannot be had; nothing is left
 * running then.
 */
export async function startPatchbay(options: StartOptions): Promise<Patchbay> {
  const { config: file, log, secrets } = options;
  await using stack = new AsyncDisposableStack();
  const demo = options.demo === true ? stack.use(await startDemo()) : undefined;
  let inForce = withDemo(file.current().config, demo?.url);
  const config = (): Config => inForce;
  const now = (): number => performance.timeOrigin + performance.now();
  const approvals = options.approvals ?? (await openApprovals({ trustFile: true }));
  const osUser = readHostUser();
  const note = options.note ?? (() => undefined);
  const incoming = stack.use(
    createIncoming({ config, store: secrets, osUser: osUser?.sub, note, showCode: options.showCode }),
  );
  const outgoing = stack.use(
    createOutgoingAuths({
      config,
      secrets,
      dependencies: {
        callerTokens: incoming.callerTokens,
        upstreamToken: incoming.upstreamToken,
        note,
        ...(options.openExternal === undefined ? {} : { openExternal: options.openExternal }),
      },
      signInChanged: (backend) => inBackground(reopenBackend(gateway, backend)),
    }),
  );
  const ports: BackendPorts = {
    pools: stack.use(await createConnectionPools()),
    secrets,
    osUser,
    userAgent: `Patchbay/${options.version}`,
    hop: randomBytes(12).toString('hex'),
    outgoingAuth: (backend) => outgoing.of(backend),
    loginEnvironment: createLoginEnvironment(),
    mayStart: (backend, settings) => approvals.mayStart(backend, settings),
    backendOutput: (backend, line) => log.part('backends').info('output', { backend, line }),
    now,
    eras: createEraMemory(now),
  };
  const wallTime = createWallTime(now);
  const activity = createActivity(wallTime.of);
  const { events, listeners } = createGatewayEvents(log.part('gateway'), activity, now);
  const seen = createSeenHeaders();
  const gateway = createGateway({
    config,
    auth: () => incoming.current(),
    ports,
    identity: { name: 'patchbay', title: 'Patchbay', version: options.version },
    events,
    seen,
    sideRoutes: incoming.sideRoutes,
  });
  const listening = await startListening(
    {
      place: () => ({ port: options.port ?? inForce.gateway.port, host: inForce.gateway.host }),
      open: ({ port, host }) => listen(gateway, port, host),
      explain: options.explainPort ?? (async () => undefined),
      moved: (port) => incoming.start(port),
      now,
    },
    options.waitsForPort === true,
  );
  stack.defer(() => listening.close());
  stack.use(startSweep(gateway, now, wallTime.look));
  stack.use(watchNetwork(gateway, () => log.warn('the backends could not be woken')));
  stack.use(
    file.onChange(({ state }) => {
      const before = inForce;
      inForce = withDemo(state.config, demo?.url);
      inBackground(follow(before, inForce));
    }),
  );
  stack.use(
    secrets.onChange(({ backend, kind }) => {
      // The strategies follow their own credentials; a refreshed token is no reason to reconnect.
      if (kind !== 'auth') inBackground(reopenBackend(gateway, backend));
    }),
  );

  /** Work that nobody waits for: its failure is told, never lost. */
  function inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => {
      log.error('a change could not be followed', { error: error instanceof Error ? error.name : 'unknown' });
    });
  }

  let exchanging: Promise<void> = Promise.resolve();
  /** Sessions follow at once, in the order of the changes; the verification is exchanged by one change at a time. */
  async function follow(before: Config, after: Config): Promise<void> {
    outgoing.refresh(after);
    const applied = applyConfig(gateway, before, after);
    const exchanged = exchanging.then(() => incoming.refresh(before, after));
    exchanging = exchanged.catch(() => undefined);
    await Promise.all([applied, exchanged]);
    const isMoved = before.gateway.port !== after.gateway.port || before.gateway.host !== after.gateway.host;
    if (isMoved) await listening.retry();
    await endRevoked(gateway, after);
    listeners.configApplied.tell(undefined);
  }

  const resources = stack.move();
  const drain = once(async () => {
    await drainGateway(gateway, listening);
    await resources.disposeAsync();
  });
  return {
    get url() {
      return listening.url();
    },
    version: options.version,
    startedAt: now(),
    approvals,
    configFile: file,
    gateway,
    listening,
    secrets,
    incoming,
    outgoing,
    ports,
    wallTime: wallTime.of,
    activity,
    seen,
    listeners,
    config,
    drain,
    [Symbol.asyncDispose]: drain,
  };
}

async function startDemo() {
  const { startEchoBackend } = await import('../demo/echo-backend.ts');
  return await startEchoBackend();
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= action();
    return running;
  };
}
