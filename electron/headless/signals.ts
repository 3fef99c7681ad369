/** One wish to stop often arrives twice: a process group's signal, and the same one passed on by npm. */
const ONE_WISH_MS = 1_000;

/**
 * Resolves with the first reason to stop: SIGTERM or SIGINT. Another one, a second or more later, ends the process
 * at once, with 1: whoever asks twice does not want to wait for calls that hang. `clock`: monotonic milliseconds.
 */
export function untilStopped(clock: () => number = () => performance.now()): Promise<string> {
  return new Promise((resolve) => {
    let askedAt: number | undefined;
    const stop = (signal: NodeJS.Signals): void => {
      if (askedAt !== undefined && clock() - askedAt >= ONE_WISH_MS) process.exit(1);
      askedAt ??= clock();
      resolve(signal);
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
}
