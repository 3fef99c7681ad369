import type { ErrorCode } from '../../shared/errors/codes.ts';
import { MODERN_VERSION } from '../../shared/mcp/modern.ts';
import { failure } from './failure.ts';
import type { ServerHello } from './handshake.ts';
import type { SessionScope } from './open-transport.ts';
import { nextAttempt, type RetryHistory } from './retry.ts';
import type { BackendFailure } from './transport.ts';

/** Where a backend session stands. `off` waits for a person, `down` for time. */
export type BackendSessionState =
  | { readonly state: 'opening' }
  | { readonly state: 'ready'; readonly hello: ServerHello }
  | {
      readonly state: 'down';
      readonly failure: BackendFailure;
      /** In ms since 1970. */
      readonly retryAt: number;
      /** Failures in a row, this one included. */
      readonly attempt: number;
    }
  | { readonly state: 'off'; readonly failure: BackendFailure }
  | { readonly state: 'closed' };

/** Failures that only a person can mend; everything else is tried again with back-off. */
const NEEDS_A_PERSON: ReadonlySet<ErrorCode> = new Set([
  'backend.needs-sign-in',
  'backend.needs-caller-header',
  'backend.needs-approval',
  'backend.cannot-start',
  'header.collision',
  'secret.missing',
  'secret.locked',
  'secret.absent',
]);

/** This computer had no room for it: that says nothing of the backend, does not count, and passes (RES-03). */
const LACK: ErrorCode = 'gateway.overloaded';
const LACK_WAIT_MS = 3_000;

export interface FailedAttempt {
  readonly state: Extract<BackendSessionState, { state: 'down' | 'off' }>;
  readonly history: RetryHistory;
}

/** Where a session stands after a failure, and when it is tried again; `now` in ms since 1970. Pure but for the jitter. */
export function afterFailure(
  { config }: SessionScope,
  fault: BackendFailure,
  earlier: RetryHistory,
  now: number,
): FailedAttempt {
  if (fault.code === LACK) {
    const attempt = earlier.failures.length + 1;
    return {
      state: { state: 'down', failure: fault, retryAt: now + LACK_WAIT_MS, attempt },
      history: earlier,
    };
  }
  const next = nextAttempt(earlier, config.type, now);
  const { history } = next;
  if (NEEDS_A_PERSON.has(fault.code) || next.kind === 'give-up')
    return { state: { state: 'off', failure: fault }, history };
  const retryAt = now + next.delayMs;
  return { state: { state: 'down', failure: fault, retryAt, attempt: history.failures.length }, history };
}

/**
 * A backend without credentials of its own that refuses a session which brought no listed header is not unhealthy: it
 * waits for a caller who brings it (contract section 5, B32).
 */
export function asCallersMatter(
  { backend, config, notCaptured }: SessionScope,
  fault: BackendFailure,
): BackendFailure {
  const waits = config.type !== 'stdio' && config.auth.strategy === 'none' && notCaptured.length > 0;
  if (fault.code !== 'backend.needs-sign-in' || !waits) return fault;
  return {
    ...fault,
    code: 'backend.needs-caller-header',
    message: `${backend} refused a session without ${notCaptured.join(', ')}: the client has to send it`,
  };
}

/** Why a request cannot be sent in this state; nothing of it has reached the backend. */
export function notReady(backend: string, state: BackendSessionState): BackendFailure {
  if (state.state === 'down' || state.state === 'off') return { ...state.failure, notProcessed: true };
  return failure('backend.off', `${backend} is not ready`, { notProcessed: true });
}

/** The failure of whoever waits for a session that is closed meanwhile. */
export function sessionClosed(backend: string): BackendFailure {
  return failure('backend.off', `${backend}: its session was closed`, { notProcessed: true });
}

/** Whether a backend is there and of the era without sessions. */
export function speaksModern(state: BackendSessionState | undefined): boolean {
  return state?.state === 'ready' && state.hello.protocolVersion === MODERN_VERSION;
}
