import { parseBackendName } from '../../../shared/config/backend-name.ts';
import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { EventName, EventSource } from '../../../shared/control/contract.ts';
import type { Patchbay } from '../patchbay.ts';
import type { ControlExtras } from './extras.ts';
import { createFingerprint, type Fingerprint } from './fingerprint.ts';
import { createTroubleWatch, type TroubleWatch } from './notices.ts';
import { createProbes, type Probes } from './probes.ts';
import { refuse } from './refuse.ts';
import { createScrubber, type Scrubber } from './scrubber.ts';

/** What every call of the host's side stands on. */
export interface ControlContext {
  readonly patchbay: Patchbay;
  readonly extras: ControlExtras;
  readonly fingerprint: Fingerprint;
  readonly scrub: Scrubber;
  readonly probes: Probes;
  readonly troubles: TroubleWatch;
  /** On the wall, in ms since 1970, whole. */
  readonly now: () => number;
  readonly raise: <Name extends EventName>(name: Name, payload: EventSource<Name>) => void;
  /** Cleared when the API ends. */
  readonly owned: DisposableStack;
}

export function createContext(
  patchbay: Patchbay,
  extras: ControlExtras,
  raise: ControlContext['raise'],
): ControlContext {
  const owned = new DisposableStack();
  return {
    patchbay,
    extras,
    fingerprint: createFingerprint(),
    scrub: owned.use(createScrubber(patchbay, extras.scrub)),
    probes: createProbes(),
    troubles: createTroubleWatch(),
    now: () => patchbay.wallTime(patchbay.ports.now()),
    raise,
    owned,
  };
}

/** The settings of a backend as far as they can be read, in force or not; refused where there is none. */
export function knownBackend({ patchbay }: ControlContext, name: string): BackendConfig | undefined {
  const key = parseBackendName(name);
  const inForce = key === undefined ? undefined : patchbay.config().backends.get(key);
  if (inForce !== undefined) return inForce;
  const disabled = patchbay.configFile.current().disabled.find(({ backend }) => backend === name);
  if (disabled === undefined) return refuse('backend.unknown', `There is no backend ${name}.`);
  return disabled.config;
}

/** The settings of a backend in force; refused with the way out where there is none. */
export function backendInForce(context: ControlContext, name: string): BackendConfig {
  const config = knownBackend(context, name);
  const key = parseBackendName(name);
  if (config === undefined || key === undefined || !context.patchbay.config().backends.has(key)) {
    return refuse('backend.off', `${name} is not in force.`, { fix: 'Correct its entry first.' });
  }
  return config;
}
