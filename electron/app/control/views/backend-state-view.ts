import type { BackendConfig } from '../../../../shared/config/backend-schema.ts';
import type { BackendState } from '../../../../shared/control/backend-state.ts';
import type { HeaderName } from '../../../../shared/headers/name.ts';
import type { BackendSessionState } from '../../../backends/session-state.ts';
import type { BackendFailure } from '../../../backends/transport.ts';
import type { SecretRef } from '../../../secrets/secret-store.ts';
import type { ProbeOutcome } from '../probes.ts';
import { asSentence, wayOutOf } from './ways-out.ts';

/** How one session stands with the backend, and since when (on the wall, ms since 1970). */
export interface Observation {
  readonly state: BackendSessionState;
  readonly since: number;
}

export interface BackendFacts {
  readonly config: BackendConfig;
  /** Of all live sessions. */
  readonly observations: readonly Observation[];
  /** The last test; it counts while no session is open. */
  readonly probe: ProbeOutcome | undefined;
  /** The digest that an approval would name, where the command waits for one. */
  readonly waitsForApproval: string | undefined;
  /** The secret that is not there, where one is. */
  readonly missingSecret: SecretRef | undefined;
  /** Listed headers that this backend would get. */
  readonly listed: readonly HeaderName[];
  /** Turns a time of our own clock into one that is shown. */
  readonly wallTime: (time: number) => number;
}

/** How a backend is, over all sessions: well where it is for one of them, else the newest of what is wrong. */
export function backendStateView(facts: BackendFacts): BackendState {
  const { config, observations, probe, waitsForApproval } = facts;
  if (!config.enabled) return { state: 'disabled' };
  if (waitsForApproval !== undefined) {
    const reason = 'Its command has not been allowed on this machine.';
    return {
      state: 'needs-approval',
      approval: waitsForApproval,
      reason,
      ...wayOutOf('backend.needs-approval'),
    };
  }
  const ready = observations.filter(({ state }) => state.state === 'ready');
  if (ready.length > 0) return { state: 'ready', since: earliest(ready) };
  const opening = observations.filter(({ state }) => state.state === 'opening');
  const wrong = observations
    .filter(({ state }) => state.state === 'down' || state.state === 'off')
    .sort((one, other) => other.since - one.since)[0];
  if (wrong !== undefined) return troubleOf(facts, wrong);
  if (opening.length > 0) return { state: 'starting', since: earliest(opening) };
  if (probe === undefined) return { state: 'idle' };
  const since = probe.at;
  return probe.failure === undefined ? { state: 'ready', since } : failureState(facts, probe.failure, since);
}

function earliest(observations: readonly Observation[]): number {
  return Math.min(...observations.map(({ since }) => since));
}

function troubleOf(facts: BackendFacts, { state, since }: Observation): BackendState {
  if (state.state === 'off') {
    const found = failureState(facts, state.failure, since);
    if (found.state !== 'unreachable' || facts.config.type !== 'stdio') return found;
    return { state: 'stopped', since, reason: found.reason, ...wayOutOf('backend.crashed') };
  }
  if (state.state !== 'down') return { state: 'idle' };
  const nextTryAt = facts.wallTime(state.retryAt);
  const found = failureState(facts, state.failure, since);
  if (found.state !== 'unreachable') return found;
  if (facts.config.type !== 'stdio') return { ...found, nextTryAt };
  const { attempt, failure } = state;
  return {
    state: 'restarting',
    since,
    attempt,
    nextTryAt,
    reason: asSentence(failure.message),
    ...wayOutOf(failure.code),
  };
}

/** A failure as a state of its own, where it is one that somebody can mend; else the backend is out of reach. */
function failureState(facts: BackendFacts, { code, message }: BackendFailure, since: number): BackendState {
  const trouble = { reason: asSentence(message), ...wayOutOf(code) };
  switch (code) {
    case 'backend.needs-caller-header':
      return { state: 'needs-caller-header', headers: [...facts.listed], ...trouble };
    case 'backend.needs-sign-in':
      return { state: 'needs-sign-in', ...trouble };
    case 'backend.cannot-start':
      return { state: 'cannot-start', ...trouble };
    case 'secret.missing': {
      const missing = facts.missingSecret;
      if (missing === undefined) return { state: 'unreachable', since, ...trouble };
      return { state: 'secret-missing', kind: missing.kind, name: missing.name, ...trouble };
    }
    case 'secret.locked':
    case 'secret.absent':
    case 'secret.timeout':
      return { state: 'keychain-unavailable', ...trouble };
    default:
      return { state: 'unreachable', since, ...trouble };
  }
}
