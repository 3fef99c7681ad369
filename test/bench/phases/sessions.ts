import { performance } from 'node:perf_hooks';
import { type Caller, type Listed, openCaller } from '../caller.ts';
import { median } from '../numbers.ts';
import { type Effort, interleave, type Series } from '../series.ts';
import { type Build, direct, httpBackends, startBackends, startBareProxy, startGateway } from '../targets.ts';

const BACKENDS = 10;
const TOOLS = 50;
const LISTS = 10;

/** Opening a session up to its first answered call, before one backend; the tool's name is known. */
export async function measureOneBackend(builds: readonly Build[], effort: Effort): Promise<Series[]> {
  await using stack = new AsyncDisposableStack();
  const { urls } = stack.use(await startBackends(1, TOOLS));
  const targets = [direct(urls[0] ?? ''), stack.use(await startBareProxy(urls))];
  for (const build of builds) targets.push(stack.use(await startGateway(build, httpBackends(urls))));
  const named = await Promise.all(
    targets.map(async (target) => ({ ...target, tool: (await openCaller(target.endpoint)).tool })),
  );
  return await interleave(named, effort.chunks, [{ work: 'new session, 1 backend', unit: 'ms' }], (target) =>
    opened(target, effort.sessions),
  );
}

/** The same before ten backends, and their tools list of 500, the first of a session and later ones. */
export async function measureTenBackends(builds: readonly Build[], effort: Effort): Promise<Series[]> {
  await using stack = new AsyncDisposableStack();
  const { urls } = stack.use(await startBackends(BACKENDS, TOOLS));
  const gateways = [];
  for (const build of builds) {
    const target = stack.use(await startGateway(build, httpBackends(urls)));
    gateways.push({ ...target, tool: (await openCaller(target.endpoint)).tool });
  }
  const sessions = await interleave(
    gateways,
    effort.chunks,
    [{ work: 'new session, 10 backends', unit: 'ms' }],
    (target) => opened(target, effort.sessions),
  );
  const lists = await interleave(
    gateways,
    effort.chunks,
    [
      { work: 'tools/list 10 x 50, first of a session', unit: 'ms' },
      { work: 'tools/list 10 x 50, warm', unit: 'ms' },
      { work: 'the same, parsed by its caller', unit: 'ms' },
    ],
    async ({ endpoint, tool }) => {
      const caller = await openCaller(endpoint, tool);
      const first = await listAll(caller);
      const later: Listed[] = [];
      for (let at = 0; at < LISTS; at++) later.push(await listAll(caller));
      await caller.close();
      return [
        first.arrivedMs,
        median(later.map(({ arrivedMs }) => arrivedMs)),
        median(later.map(({ readMs }) => readMs)),
      ];
    },
  );
  return [...sessions, ...lists];
}

async function listAll(caller: Caller): Promise<Listed> {
  const listed = await caller.list();
  if (listed.count !== BACKENDS * TOOLS)
    throw new Error(`${listed.count} tools instead of ${BACKENDS * TOOLS}`);
  return listed;
}

async function opened(
  { endpoint, tool }: { endpoint: Parameters<typeof openCaller>[0]; tool: string },
  times: number,
): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let at = 0; at < times; at++) {
    const started = performance.now();
    const caller = await openCaller(endpoint, tool);
    await caller.call();
    taken.push(performance.now() - started);
    await caller.close();
  }
  return [median(taken)];
}
