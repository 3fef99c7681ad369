/** What was seen in a package: as wanted, not as wanted, or not looked at and why. */
export interface Finding {
  readonly state: 'ok' | 'bad' | 'not run';
  readonly what: string;
}

/** A finding that is `ok` when the condition holds. `what` says the thing as it was seen. */
export function finding(holds: boolean, what: string): Finding {
  return { state: holds ? 'ok' : 'bad', what };
}
