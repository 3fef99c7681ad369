import { median } from './numbers.ts';

/** One way to call the same tool. */
export interface Way {
  readonly name: string;
  call(): Promise<number>;
}

/** The median time of calls that follow each other, in microseconds. */
export async function timed(way: Way, calls: number): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < calls; at++) times.push(await way.call());
  return median(times) * 1000;
}
