/** Why a guarded request was not made or not finished. */
export type GuardedFault = 'address' | 'scheme' | 'redirect' | 'too-large' | 'timeout' | 'unreachable';

/**
 * A guarded request that came to nothing. The message names the origin, never path, query or body. A `TypeError`, as
 * every failed `fetch` is one: libraries tell by that that nobody answered, and do not take it for "not there".
 */
export class GuardedRequestError extends TypeError {
  readonly fault: GuardedFault;

  constructor(fault: GuardedFault, message: string) {
    super(message);
    this.name = 'GuardedRequestError';
    this.fault = fault;
  }
}

/** Finds the guard's own error in what undici or a library above made of it. */
export function guardedFaultOf(failure: unknown): GuardedRequestError | undefined {
  for (let cause = failure, depth = 0; cause instanceof Error && depth < 8; cause = cause.cause, depth += 1) {
    if (cause instanceof GuardedRequestError) return cause;
  }
  return undefined;
}
