import { type Caller, openCaller } from '../caller.ts';
import { median } from '../numbers.ts';
import { cpuMicros } from '../process-cost.ts';
import type { Effort, Series } from '../series.ts';
import { type Build, httpBackends, startBackends, startGateway, type Target } from '../targets.ts';

const CALLS = 800;
const TOOLS = 10;

/** How one call costs as backends and sessions grow: it should not depend on them. */
export async function measureCurves(builds: readonly Build[], effort: Effort): Promise<Series[]> {
  const series: Series[] = [];
  for (const build of builds) {
    for (const count of effort.backendCounts) {
      series.push(...(await curvePoint(build, count, 1, `${count} backends, 1 session`)));
    }
    for (const count of effort.sessionCounts) {
      series.push(...(await curvePoint(build, 1, count, `1 backend, ${count} sessions`)));
    }
  }
  return series;
}

async function curvePoint(
  build: Build,
  backendCount: number,
  sessionCount: number,
  point: string,
): Promise<Series[]> {
  await using backends = await startBackends(backendCount, TOOLS);
  await using gateway = await startGateway(build, httpBackends(backends.urls));
  const first = await openCaller(gateway.endpoint);
  const callers: Caller[] = [first];
  while (callers.length < sessionCount) callers.push(await openCaller(gateway.endpoint, first.tool));
  const { latency, cpu } = await costOf(gateway, callers);
  await Promise.all(callers.map((caller) => caller.close()));
  return [
    { work: `one caller, ${point}`, unit: 'us', target: build.name, chunks: [latency] },
    { work: `CPU per call, ${point}`, unit: 'us', target: build.name, chunks: [cpu] },
  ];
}

/** Calls go round all sessions, so that each is really used. */
async function costOf(
  { pid }: Target,
  callers: readonly Caller[],
): Promise<{ latency: number; cpu: number }> {
  const times: number[] = [];
  const run = async (): Promise<void> => {
    for (let at = 0; at < CALLS; at++) times.push((await callers[at % callers.length]?.call()) ?? Number.NaN);
  };
  await run();
  times.length = 0;
  const before = cpuMicros(pid);
  await run();
  return { latency: median(times) * 1000, cpu: (cpuMicros(pid) - before) / CALLS };
}
