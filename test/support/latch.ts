/** A promise that is settled from outside: tests hold something back with it and let it go. */
export interface Latch<T = void> {
  readonly promise: Promise<T>;
  /** Whether `open` or `fail` has been called. */
  readonly settled: boolean;
  open(value: T): void;
  fail(reason: Error): void;
}

/** A latch, closed. Opening or failing it twice does nothing more. */
export function createLatch<T = void>(): Latch<T> {
  let settled = false;
  let resolve: (value: T) => void = () => undefined;
  let reject: (reason: Error) => void = () => undefined;
  const promise = new Promise<T>((onOpen, onFail) => {
    resolve = onOpen;
    reject = onFail;
  });
  return {
    promise,
    get settled() {
      return settled;
    },
    open: (value) => {
      settled = true;
      resolve(value);
    },
    fail: (reason) => {
      settled = true;
      reject(reason);
    },
  };
}
