/**
 * Resolves with the first reason to stop: SIGTERM or SIGINT. A second one ends the process at once, with 1: whoever
 * asks twice does not want to wait for calls that hang.
 */
export function untilStopped(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (signal: NodeJS.Signals): void => {
      if (asked) process.exit(1);
      asked = true;
      resolve(signal);
    };
    process.on('SIGTERM', stop).on('SIGINT', stop);
  });
}
