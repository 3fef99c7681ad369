import { join } from 'node:path';
import { BRIDGE_TOKEN_VARIABLE, BRIDGE_URL_VARIABLE, headerVariable } from '../../../shared/clients/entry.ts';
import { openCaller } from '../caller.ts';
import { type Effort, interleave, type Series } from '../series.ts';
import { type StdioCaller, startStdioCaller } from '../stdio-caller.ts';
import { type Build, httpBackends, startBackends, startGateway, type Target } from '../targets.ts';
import { timed, type Way } from '../way.ts';

const HELLO = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'bench', version: '1' },
};

/** What a client that speaks stdio only waits longer than one that speaks HTTP, with the same gateway behind both. */
export async function measureBridge(builds: readonly Build[], effort: Effort): Promise<Series[]> {
  await using stack = new AsyncDisposableStack();
  const { urls } = stack.use(await startBackends(1, 4));
  const ways: Way[] = [];
  for (const build of builds) {
    const gateway = stack.use(await startGateway(build, httpBackends(urls)));
    const caller = await openCaller(gateway.endpoint);
    stack.defer(() => caller.close());
    const bridge = stack.use(await openBridge(build, gateway));
    ways.push({ name: `${build.name}, HTTP`, call: () => caller.call() });
    ways.push({ name: `${build.name}, bridge`, call: () => bridge.call(caller.tool) });
  }
  for (const way of ways) await timed(way, effort.calls * 4);
  const kinds = [{ work: 'one caller, HTTP or through the bridge', unit: 'us' }] as const;
  return await interleave(ways, effort.chunks, kinds, async (way) => [await timed(way, effort.calls)]);
}

async function openBridge(build: Build, { endpoint }: Target): Promise<StdioCaller> {
  const { Authorization = '', ...headers } = endpoint.headers;
  const names = Object.keys(headers);
  const bridge = startStdioCaller({
    command: process.execPath,
    args: [join(build.folder, 'patchbay-bridge.js'), ...names.flatMap((name) => ['--header', name])],
    env: {
      [BRIDGE_URL_VARIABLE]: endpoint.url,
      [BRIDGE_TOKEN_VARIABLE]: Authorization.replace('Bearer ', ''),
      ...Object.fromEntries(names.map((name) => [headerVariable(name), headers[name] ?? ''])),
    },
  });
  await bridge.ask('initialize', HELLO);
  bridge.tell('notifications/initialized');
  await bridge.ask('tools/list', {});
  return bridge;
}
