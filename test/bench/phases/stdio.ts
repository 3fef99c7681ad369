import { openCaller } from '../caller.ts';
import { type Effort, interleave, type Series } from '../series.ts';
import { startStdioCaller } from '../stdio-caller.ts';
import { type Build, STDIO_BACKEND, startBareBridge, startGateway } from '../targets.ts';
import { timed, type Way } from '../way.ts';

/** One caller of a stdio backend: spoken to directly over its pipes, behind the least that HTTP needs, and behind the gateway. */
export async function measureStdio(builds: readonly Build[], effort: Effort): Promise<Series[]> {
  await using stack = new AsyncDisposableStack();
  const direct = stack.use(startStdioCaller(STDIO_BACKEND));
  const ways: Way[] = [{ name: 'direct', call: () => direct.call('echo') }];
  const behind = [stack.use(await startBareBridge())];
  for (const build of builds) behind.push(stack.use(await startGateway(build, { b0: STDIO_BACKEND })));
  for (const { name, endpoint } of behind) {
    const caller = await openCaller(endpoint);
    stack.defer(() => caller.close());
    ways.push({ name, call: () => caller.call() });
  }
  for (const way of ways) await timed(way, effort.calls * 4);
  const kinds = [{ work: 'one caller, stdio backend', unit: 'us' }] as const;
  return await interleave(ways, effort.chunks, kinds, async (way) => [await timed(way, effort.calls)]);
}
