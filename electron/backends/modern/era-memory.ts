import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { BackendFailure } from '../transport.ts';

/** `legacy`: initialize and sessions, up to 2025-11-25. `modern`: 2026-07-28, without sessions. */
export type Era = 'legacy' | 'modern';

/** What is known of the eras that backends serve; with dates, because servers are replaced (protocol.md 1.4). */
export interface EraMemory {
  /** The eras to try, in order; the second only where the first is refused. */
  order(config: BackendConfig, client: Era): readonly [Era, ...Era[]];
  note(config: BackendConfig, era: Era, serves: boolean): void;
}

/** After this long a refusal does not count any more. */
const REMEMBERED_MS = 60 * 60_000;

/** Remembers for as long as a backend's configuration stays the same object: an edit forgets. */
export function createEraMemory(now: () => number): EraMemory {
  const refusals = new WeakMap<BackendConfig, Map<Era, number>>();

  function isRefused(config: BackendConfig, era: Era): boolean {
    const at = refusals.get(config)?.get(era);
    return at !== undefined && now() - at < REMEMBERED_MS;
  }

  return {
    order(config, client) {
      if (config.type === 'sse') return ['legacy'];
      if (config.era !== 'auto') return [config.era];
      const other = client === 'legacy' ? 'modern' : 'legacy';
      return isRefused(config, client) ? [other, client] : [client, other];
    },
    note(config, era, serves) {
      const known = refusals.get(config) ?? new Map<Era, number>();
      refusals.set(config, known);
      if (serves) known.delete(era);
      else known.set(era, now());
    },
  };
}

/**
 * Whether the other era is worth a try. A server of the sessions era may well break, or fall silent, over a probe that it
 * does not know: that is tried again in its own era, without being held for evidence.
 */
export function maySpeakOther(config: BackendConfig, era: Era, fault: BackendFailure): boolean {
  if (era === 'modern' && BROKEN_BY_PROBE.has(fault.code)) return true;
  // A process that does not answer initialize is broken, and is not started a second time for a question.
  return refusesEra(fault) && (config.type !== 'stdio' || fault.answered === true);
}

const BROKEN_BY_PROBE: ReadonlySet<string> = new Set([
  'backend.faulty-answer',
  'backend.timeout',
  'backend.crashed',
]);

/**
 * Whether this is remembered of the era. A process that exits or falls silent when anything comes before initialize
 * shows by that what it is, unlike a server behind a network: it is asked again when the memory is old (protocol.md 1.4).
 */
export function isEvidence(config: BackendConfig, era: Era, fault: BackendFailure): boolean {
  return config.type === 'stdio' ? maySpeakOther(config, era, fault) : refusesEra(fault);
}

/** Whether a failed opening says that the backend does not serve this era: it answered, and it was not broken. */
export function refusesEra({ code, status }: BackendFailure): boolean {
  return code === 'backend.faulty-answer' && (status === undefined || status < 500);
}
