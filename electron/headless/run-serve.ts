import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { approvalsPath, openApprovals } from '../app/approvals.ts';
import { openHost } from '../app/host.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { type ConfigPaths, configPaths } from '../config/config-paths.ts';
import { writeFileWhole } from '../config/write-file.ts';
import type { LogHub } from '../log/create-log.ts';
import { takeEnvironmentSecrets } from '../secrets/environment-store.ts';
import { forkKeychain } from './fork-keychain.ts';
import { greet } from './greet.ts';
import { reportLastWords } from './last-words.ts';
import { describeProblem, EXIT, openByHand, warn } from './output.ts';
import { portInUse } from './port-in-use.ts';
import { untilStopped } from './signals.ts';
import type { StartPatchbay } from './start-patchbay.ts';
import { VERSION } from './version.ts';

/** One header to try the passing on with. */
const DEMO_CONFIG = '{ "version": 1, "passthroughHeaders": ["X-Demo"] }\n';

export interface ServeOptions {
  readonly config?: string;
  readonly port?: number;
  readonly demo?: true;
  readonly ui?: true;
  readonly uiPort?: number;
  readonly json?: true;
  readonly verbose?: true;
}

/**
 * Runs the gateway until SIGTERM, SIGINT or a lost launcher, then drains (CRA-04). Exit code 1 where it cannot
 * start; standard output carries the greeting or the one ready line, nothing else.
 */
export async function runServe(options: ServeOptions, start: StartPatchbay = startReal): Promise<void> {
  const environment = takeEnvironmentSecrets(process.env);
  await using place = await findPlace(options);
  await using host = await openHost({
    ...place,
    environment,
    mustExist: options.config !== undefined,
    onScreen: options.json === true || options.verbose === true,
    startKeychain: forkKeychain(),
  });
  const { config, hub, secrets } = host;
  using _ = reportLastWords(hub, host.registry.scrub);
  const approvals = await openApprovals({ trustFile: true, path: approvalsPath(config.path) });
  tellProblems(config, hub);
  await using patchbay = await startOrExplain(options, config, () =>
    start({
      config,
      log: hub.log,
      secrets,
      version: VERSION,
      note: host.note,
      openExternal: async (address) => warn(openByHand(address)),
      showCode: (client, code) => warn(`Sign-in of "${client}": the code for its page is ${code}.`),
      demo: options.demo === true,
      approvals,
      explainPort: portInUse,
      ...(options.port === undefined ? {} : { port: options.port }),
    }),
  );
  const stopped = untilStopped();
  {
    const asked = options.ui === true || options.uiPort !== undefined;
    await using window = asked
      ? await patchbay.openWindow?.({ port: options.uiPort ?? 0, host, environment })
      : undefined;
    const more = window === undefined ? {} : { window: window.address };
    await greet({ ...options, ...more, temporary: place.temporary }, patchbay.url, config);
    hub.log.info(`stopping: ${await stopped}`);
  }
  await patchbay.drain();
}

async function startReal(options: Parameters<StartPatchbay>[0]): ReturnType<StartPatchbay> {
  const { startPatchbay } = await import('../app/patchbay.ts');
  const patchbay = await startPatchbay(options);
  return {
    ...patchbay,
    openWindow: async (window) => {
      const { openWindow } = await import('./ui-host/open-window.ts');
      return await openWindow(patchbay, window);
    },
  };
}

async function startOrExplain<T>(
  options: ServeOptions,
  config: ConfigFile,
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    const port = options.port ?? config.current().config.gateway.port;
    const taken = await portInUse(error, port);
    if (taken === undefined) throw error;
    throw new ConfigError([taken]);
  }
}

interface Place extends ConfigPaths, AsyncDisposable {
  readonly temporary: boolean;
}

/** The demo without a file of its own lives in a temporary folder and leaves nothing. */
async function findPlace({ config, demo }: ServeOptions): Promise<Place> {
  if (demo !== true || config !== undefined) {
    return { ...configPaths(config), temporary: false, [Symbol.asyncDispose]: async () => {} };
  }
  const folder = await mkdtemp(join(tmpdir(), 'patchbay-demo-'));
  const configFile = join(folder, 'config.json');
  await writeFileWhole(configFile, DEMO_CONFIG);
  return {
    configFile,
    stateFolder: folder,
    temporary: true,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

function tellProblems(config: ConfigFile, { log }: LogHub): void {
  for (const found of config.current().problems) {
    warn(describeProblem(found));
    log.part('config').warn(found.message, { code: found.code, place: found.place });
  }
  process.exitCode = EXIT.well;
}
