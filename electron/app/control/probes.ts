import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import { configVersionOf } from '../../../shared/config/config-version.ts';
import type { BackendFailure } from '../../backends/transport.ts';

/** How the last test of a backend ended. */
export interface ProbeOutcome {
  readonly at: number;
  readonly failure: BackendFailure | undefined;
}

/** The last test of every backend; forgotten with the settings that it was made with. */
export interface Probes {
  set(backend: string, config: BackendConfig, outcome: ProbeOutcome): void;
  get(backend: string, config: BackendConfig): ProbeOutcome | undefined;
  forget(backend: string): void;
}

export function createProbes(): Probes {
  const outcomes = new Map<string, { readonly version: string; readonly outcome: ProbeOutcome }>();
  return {
    set: (backend, config, outcome) =>
      void outcomes.set(backend, { version: configVersionOf(config), outcome }),
    get(backend, config) {
      const known = outcomes.get(backend);
      return known?.version === configVersionOf(config) ? known.outcome : undefined;
    },
    forget: (backend) => void outcomes.delete(backend),
  };
}
