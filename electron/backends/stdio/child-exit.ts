/** Why a child is no more. `exit`: it ended unasked. `lack`: this computer has no room for it at present. */
export type ExitReason = 'exit' | 'cannot-start' | 'lack' | 'line-too-long' | 'stopped';

export interface ExitInfo {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reason: ExitReason;
  /** For the user: names the backend and its command, never arguments or variables, which may hold secrets. */
  readonly message: string;
}

/** The sentence for a child that could not be started (STD-01). `cause` ends with a full stop. */
export function cannotStart(
  name: string,
  cause: string,
  reason: 'cannot-start' | 'lack' = 'cannot-start',
): ExitInfo {
  return {
    code: null,
    signal: null,
    reason,
    message: `Backend "${name}" cannot start. ${cause}`,
  };
}

/** The sentence for a child that ran and ended. */
export function ended(
  name: string,
  command: string,
  how: { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly reason: ExitReason },
  maxLineBytes: number,
): ExitInfo {
  const result = how.signal === null ? `with exit code ${how.code}` : `by signal ${how.signal}`;
  const process = `The process ${command} of backend "${name}"`;
  const limit = `${Math.round(maxLineBytes / 1024 / 1024)} MiB`;
  const messages: Record<ExitReason, string> = {
    exit: `${process} ended ${result}.`,
    'cannot-start': `${process} could not be started.`,
    lack: `${process} could not be started.`,
    'line-too-long': `${process} was stopped: it wrote a line longer than ${limit}.`,
    stopped: `${process} was stopped.`,
  };
  return { ...how, message: messages[how.reason] };
}
