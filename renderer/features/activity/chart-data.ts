import type { CallValue } from '../../../shared/control/contract.ts';
import { clockTime } from '../../ui/relative-time.ts';

export type Stats = CallValue<'activity.stats'>['backends'];
type Step = Stats[number]['steps'][number];

/** The steps of one chart: when the first begins and how wide each is, in ms. */
export interface Span {
  readonly since: number;
  readonly step: number;
  readonly count: number;
}

/** The last `count` steps, the one in which `now` lies being the last; they begin at whole steps, so that bars stay. */
export function spanUntil(now: number, step: number, count: number): Span {
  return { since: Math.floor(now / step) * step - (count - 1) * step, step, count };
}

type Point = Readonly<Record<string, string | number | null>>;

/** One line per backend over the whole span; `null` where a step has nothing to show. */
export function byBackend(
  backends: Stats,
  span: Span,
  pick: (step: Step) => number | undefined,
): readonly Point[] {
  const steps = new Map(
    backends.map(({ backend, steps: own }) => [backend, new Map(own.map((step) => [step.at, step]))]),
  );
  return timesOf(span).map((at) => ({
    time: clockTime(at),
    ...Object.fromEntries(
      backends.map(({ backend }) => {
        const step = steps.get(backend)?.get(at);
        return [backend, (step === undefined ? undefined : pick(step)) ?? null];
      }),
    ),
  }));
}

/** All backends together over the whole span, under the two given names. */
export function totals(backends: Stats, span: Span, well: string, failed: string): readonly Point[] {
  return timesOf(span).map((at) => {
    const here = backends.flatMap(({ steps }) => steps.filter((step) => step.at === at));
    const calls = here.reduce((sum, step) => sum + step.calls, 0);
    const bad = here.reduce((sum, step) => sum + step.failed, 0);
    return { time: clockTime(at), [well]: calls - bad, [failed]: bad };
  });
}

function timesOf({ since, step, count }: Span): readonly number[] {
  return Array.from({ length: count }, (_, index) => since + index * step);
}
