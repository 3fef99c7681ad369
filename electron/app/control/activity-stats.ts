import type { CallAnswer } from '../../../shared/control/contract.ts';
import type { CallEntry } from '../activity.ts';

type BackendStats = CallAnswer<'activity.stats'>['backends'][number];

const MAX_STEPS = 1_000;
const FAILED: ReadonlySet<string> = new Set(['error', 'failed', 'timeout']);

/** Calls, failures and latency of every backend from `since` to `now` (ms since 1970), in steps of `step` ms. */
export function backendStats(
  entries: readonly CallEntry[],
  since: number,
  step: number,
  now: number,
): BackendStats[] {
  const byBackend = groupBy(
    // What still runs has neither failed nor taken its time yet.
    entries.filter(({ at, outcome }) => at >= since && at <= now && outcome !== 'running'),
    ({ backend }) => backend,
  );
  return [...byBackend].map(([backend, calls]) => {
    const bySteps = groupBy(calls, ({ at }) => Math.floor((at - since) / step));
    const steps = [...bySteps]
      .filter(([index]) => index < MAX_STEPS)
      .sort(([one], [other]) => one - other)
      .map(([index, own]) => ({
        at: since + index * step,
        calls: own.length,
        failed: failedOf(own),
        ...percentile('p50', own, 0.5),
      }));
    return {
      backend,
      calls: calls.length,
      failed: failedOf(calls),
      ...percentile('p50', calls, 0.5),
      ...percentile('p95', calls, 0.95),
      ...percentile('p99', calls, 0.99),
      steps,
    };
  });
}

function failedOf(calls: readonly CallEntry[]): number {
  return calls.filter(({ outcome }) => FAILED.has(outcome)).length;
}

/** Nearest rank over the calls that were answered. */
function percentile<Key extends string>(
  key: Key,
  calls: readonly CallEntry[],
  part: number,
): { [name in Key]?: number } {
  const durations = calls
    .flatMap(({ outcome, durationMs }) =>
      durationMs !== undefined && (outcome === 'ok' || outcome === 'error') ? [durationMs] : [],
    )
    .sort((one, other) => one - other);
  const value = durations[Math.ceil(part * durations.length) - 1];
  return (value === undefined ? {} : { [key]: Math.max(0, value) }) as { [name in Key]?: number };
}

function groupBy<Key>(
  entries: readonly CallEntry[],
  keyOf: (entry: CallEntry) => Key,
): Map<Key, CallEntry[]> {
  const groups = new Map<Key, CallEntry[]>();
  for (const entry of entries) {
    const key = keyOf(entry);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [entry]);
    else group.push(entry);
  }
  return groups;
}
