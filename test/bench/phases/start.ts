import { performance } from 'node:perf_hooks';
import { openCaller } from '../caller.ts';
import { type Effort, interleave, type Series } from '../series.ts';
import { type Build, httpBackends, startBackends, startGateway } from '../targets.ts';

const BACKENDS = 20;
const TOOLS = 10;

/** From the start of the process to its first answer and its whole tools list, with 20 backends. */
export async function measureColdStart(builds: readonly Build[], effort: Effort): Promise<Series[]> {
  await using backends = await startBackends(BACKENDS, TOOLS);
  const kinds = [
    { work: 'cold start to first answer, 20 backends', unit: 'ms' },
    { work: 'cold start to the whole tools list, 20 backends', unit: 'ms' },
  ] as const;
  return await interleave(builds, effort.starts, kinds, async (build) => {
    const started = performance.now();
    await using gateway = await startGateway(build, httpBackends(backends.urls));
    const caller = await openCaller(gateway.endpoint, 'not asked for');
    const answered = performance.now();
    await caller.list();
    const listed = performance.now();
    await caller.close();
    return [answered - started, listed - started];
  });
}
