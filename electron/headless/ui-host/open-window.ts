import { problem } from '../../../shared/errors/problem.ts';
import { createControlApi } from '../../app/control/create-control-api.ts';
import type { Host } from '../../app/host.ts';
import type { Patchbay } from '../../app/patchbay.ts';
import { findProgramFile } from '../../app/program-files.ts';
import { ConfigError } from '../../config/config-error.ts';
import type { EnvironmentStore } from '../../secrets/environment-store.ts';
import { bridgeCommand, clientHost } from '../client-setup.ts';
import { portInUse } from '../port-in-use.ts';
import { startUiHost, type UiHost } from './start-ui-host.ts';

export interface WindowOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly host: Host;
  readonly environment: EnvironmentStore | undefined;
}

/** Opens the window over a running Patchbay. Rejects with `ConfigError` where it is not built or its port is taken. */
export async function openWindow(
  patchbay: Patchbay,
  { port, host, environment }: WindowOptions,
): Promise<UiHost> {
  const folder = findProgramFile('renderer');
  if (folder === undefined) {
    const message = 'The window has not been built, so there is nothing to serve.';
    throw new ConfigError([problem('control.not-available', '--ui', message, 'Run npm run build first.')]);
  }
  const bridge = bridgeCommand();
  using stack = new DisposableStack();
  const control = stack.use(
    createControlApi(patchbay, {
      host: 'headless',
      log: host.hub.log.part('window'),
      scrub: host.registry.scrub,
      fromEnvironment: (ref) => environment?.has(ref) === true,
      recentLog: host.hub.recent,
      clientMachine: bridge === undefined ? { host: clientHost() } : { host: clientHost(), bridge },
    }),
  );
  const serving = startUiHost({ control, folder, port, log: host.hub.log.part('window') });
  const window = await serving.catch(async (error: unknown) => {
    const taken = await portInUse(error, port);
    throw taken === undefined ? error : new ConfigError([taken]);
  });
  const owned = stack.move();
  return {
    ...window,
    async [Symbol.asyncDispose]() {
      await window[Symbol.asyncDispose]();
      owned.dispose();
    },
  };
}
