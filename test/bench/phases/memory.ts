import { setTimeout as delay } from 'node:timers/promises';
import { type Caller, openCaller } from '../caller.ts';
import { residentKib } from '../process-cost.ts';
import type { Effort, Series } from '../series.ts';
import { type Build, httpBackends, startBackends, startGateway } from '../targets.ts';

const TOOLS = 50;
const SETTLE_MS = 2_000;
/** Sessions that are open before counting begins: the first ones also fill what all share. */
const FIRST_SESSIONS = 20;
const COUNTED_SESSIONS = 100;
const CALLS = 5_000;

/** Resident memory of the gateway: idle with 10 backends; per session with 5, each with one call; after many calls. */
export async function measureMemory(builds: readonly Build[], effort: Effort): Promise<Series[]> {
  const series: Series[] = [];
  for (const build of builds) {
    const idle: number[] = [];
    for (let at = 0; at < effort.starts; at++) idle.push(await idleMemory(build));
    series.push({ work: 'idle memory, 10 backends', unit: 'MiB', target: build.name, chunks: idle });
    const { perSession, loaded } = await sessionMemory(build);
    series.push(
      { work: 'memory per session, 5 backends', unit: 'KiB', target: build.name, chunks: [perSession] },
      {
        work: 'memory with 120 sessions after 5,000 calls',
        unit: 'MiB',
        target: build.name,
        chunks: [loaded],
      },
    );
  }
  return series;
}

/** After a client was there and has gone, as on a desk where nothing happens. */
async function idleMemory(build: Build): Promise<number> {
  await using backends = await startBackends(10, TOOLS);
  await using gateway = await startGateway(build, httpBackends(backends.urls));
  const caller = await openCaller(gateway.endpoint);
  await caller.call();
  await caller.close();
  await delay(SETTLE_MS);
  return residentKib(gateway.pid ?? 0) / 1024;
}

async function sessionMemory(build: Build): Promise<{ perSession: number; loaded: number }> {
  await using backends = await startBackends(5, TOOLS);
  await using gateway = await startGateway(build, httpBackends(backends.urls));
  const pid = gateway.pid ?? 0;
  const callers: Caller[] = [];
  const openMore = async (count: number): Promise<number> => {
    for (let at = 0; at < count; at++) {
      const caller = await openCaller(gateway.endpoint);
      await caller.call();
      callers.push(caller);
    }
    await delay(SETTLE_MS);
    return residentKib(pid);
  };
  const before = await openMore(FIRST_SESSIONS);
  const after = await openMore(COUNTED_SESSIONS);
  for (let at = 0; at < CALLS; at++) await callers[at % callers.length]?.call();
  const loaded = residentKib(pid) / 1024;
  await Promise.all(callers.map((caller) => caller.close()));
  return { perSession: (after - before) / COUNTED_SESSIONS, loaded };
}
