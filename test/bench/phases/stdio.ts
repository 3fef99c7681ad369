import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { openCaller } from '../caller.ts';
import { median } from '../numbers.ts';
import { type Effort, interleave, type Series } from '../series.ts';
import { type Build, STDIO_BACKEND, startGateway } from '../targets.ts';

interface Way extends AsyncDisposable {
  readonly name: string;
  call(): Promise<number>;
}

/** One caller of a stdio backend: spoken to directly over its pipes, and behind the gateway. */
export async function measureStdio(builds: readonly Build[], effort: Effort): Promise<Series[]> {
  await using stack = new AsyncDisposableStack();
  const ways: Way[] = [stack.use(directWay())];
  for (const build of builds) {
    const gateway = stack.use(await startGateway(build, { b0: STDIO_BACKEND }));
    const caller = await openCaller(gateway.endpoint);
    stack.defer(() => caller.close());
    ways.push({ name: build.name, call: () => caller.call(), [Symbol.asyncDispose]: async () => undefined });
  }
  for (const way of ways) await timed(way, effort.calls * 4);
  const kinds = [{ work: 'one caller, stdio backend', unit: 'us' }] as const;
  return await interleave(ways, effort.chunks, kinds, async (way) => [await timed(way, effort.calls)]);
}

async function timed(way: Way, calls: number): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < calls; at++) times.push(await way.call());
  return median(times) * 1000;
}

function directWay(): Way {
  const child = spawn(STDIO_BACKEND.command, STDIO_BACKEND.args, { stdio: ['pipe', 'pipe', 'inherit'] });
  let answered: () => void = () => {};
  createInterface({ input: child.stdout }).on('line', () => answered());
  let id = 0;
  return {
    name: 'direct',
    async call() {
      const params = { name: 'echo', arguments: { token: `t${id}` } };
      const line = JSON.stringify({ jsonrpc: '2.0', id: ++id, method: 'tools/call', params });
      const started = performance.now();
      await new Promise<void>((resolve) => {
        answered = resolve;
        child.stdin.write(`${line}\n`);
      });
      return performance.now() - started;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
    },
  };
}
