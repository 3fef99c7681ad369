/** What one target needed for one kind of work, chunk by chunk. */
export interface Series {
  readonly work: string;
  readonly unit: 'us' | 'ms' | 'calls/s' | 'MiB' | 'KiB';
  readonly target: string;
  readonly chunks: readonly number[];
}

/** How long a run may take: `quick` stays under three minutes, `full` repeats until medians stand still. */
export interface Effort {
  readonly chunks: number;
  readonly calls: number;
  readonly parallelCalls: number;
  readonly largeCalls: number;
  readonly sessions: number;
  readonly starts: number;
  readonly backendCounts: readonly number[];
  readonly sessionCounts: readonly number[];
}

export const QUICK: Effort = {
  chunks: 6,
  calls: 150,
  parallelCalls: 1_200,
  largeCalls: 12,
  sessions: 8,
  starts: 3,
  backendCounts: [1, 10, 50],
  sessionCounts: [1, 10, 100],
};

export const FULL: Effort = {
  chunks: 15,
  calls: 400,
  parallelCalls: 4_000,
  largeCalls: 25,
  sessions: 20,
  starts: 7,
  backendCounts: [1, 10, 50, 100],
  sessionCounts: [1, 10, 100, 500],
};

/**
 * Runs a piece of work chunk by chunk, target after target, the order turning with every chunk: whatever else the
 * machine does hits all of them alike. `work` answers the values of one chunk, one per kind.
 */
export async function interleave<T extends { readonly name: string }>(
  targets: readonly T[],
  chunks: number,
  kinds: readonly Pick<Series, 'work' | 'unit'>[],
  work: (target: T) => Promise<readonly number[]>,
): Promise<Series[]> {
  const taken = new Map(targets.map(({ name }) => [name, kinds.map((): number[] => [])]));
  for (let chunk = 0; chunk < chunks; chunk++) {
    for (const target of turned(targets, chunk)) {
      const values = await work(target);
      for (const [at, list] of taken.get(target.name)?.entries() ?? []) list.push(values[at] ?? Number.NaN);
    }
  }
  return [...taken].flatMap(([target, lists]) =>
    kinds.map((kind, at) => ({ ...kind, target, chunks: lists[at] ?? [] })),
  );
}

function turned<T>(list: readonly T[], by: number): readonly T[] {
  const at = by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}
