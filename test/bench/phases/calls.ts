import { performance } from 'node:perf_hooks';
import { type Caller, openCaller } from '../caller.ts';
import { median } from '../numbers.ts';
import { cpuMicros } from '../process-cost.ts';
import { type Effort, interleave, type Series } from '../series.ts';
import {
  type Build,
  direct,
  httpBackends,
  startBackends,
  startBareProxy,
  startGateway,
  type Target,
} from '../targets.ts';

const CALLERS = 8;
const CALLS_AT_ONCE = 4;
const MEBIBYTE = 1024 * 1024;
const WARM_UP_CALLS = 3_000;

interface Warm extends Target {
  readonly callers: readonly Caller[];
}

/** One caller, 32 calls at once over 8 sessions, and results of 1 MiB, for one kind of answer. */
export async function measureCalls(
  builds: readonly Build[],
  effort: Effort,
  answers: 'json' | 'sse',
): Promise<Series[]> {
  await using stack = new AsyncDisposableStack();
  const { urls } = stack.use(await startBackends(1, 4, answers));
  const started: Target[] = [direct(urls[0] ?? ''), stack.use(await startBareProxy(urls))];
  for (const build of builds) started.push(stack.use(await startGateway(build, httpBackends(urls))));
  const targets: Warm[] = [];
  for (const target of started) {
    const callers = await Promise.all(Array.from({ length: CALLERS }, () => openCaller(target.endpoint)));
    targets.push({ ...target, callers });
    await callAtOnce(callers, WARM_UP_CALLS);
  }
  const series = [
    ...(await interleave(targets, effort.chunks, [{ work: `one caller, ${answers}`, unit: 'us' }], (target) =>
      oneByOne(target, effort.calls),
    )),
    ...(await interleave(
      targets,
      effort.chunks,
      [
        { work: `32 callers, ${answers}`, unit: 'calls/s' },
        { work: `CPU per call of 32 callers, ${answers}`, unit: 'us' },
      ],
      (target) => loaded(target, effort.parallelCalls),
    )),
    ...(await interleave(
      targets,
      effort.chunks,
      [{ work: `1 MiB result, ${answers}`, unit: 'us' }],
      (target) => oneByOne(target, effort.largeCalls, MEBIBYTE),
    )),
  ];
  await Promise.all(targets.flatMap(({ callers }) => callers.map((caller) => caller.close())));
  return series;
}

/** The median time of calls that follow each other, in microseconds. */
async function oneByOne({ callers }: Warm, calls: number, size?: number): Promise<readonly number[]> {
  const [caller] = callers;
  const times: number[] = [];
  for (let at = 0; caller !== undefined && at < calls; at++) times.push(await caller.call(size));
  return [median(times) * 1000];
}

async function loaded({ callers, pid }: Warm, calls: number): Promise<readonly number[]> {
  const cpu = cpuMicros(pid);
  const started = performance.now();
  await callAtOnce(callers, calls);
  const seconds = (performance.now() - started) / 1000;
  return [calls / seconds, (cpuMicros(pid) - cpu) / calls];
}

async function callAtOnce(callers: readonly Caller[], calls: number): Promise<void> {
  let left = calls;
  const run = async (caller: Caller): Promise<void> => {
    while (left-- > 0) await caller.call();
  };
  await Promise.all(callers.flatMap((caller) => Array.from({ length: CALLS_AT_ONCE }, () => run(caller))));
}
