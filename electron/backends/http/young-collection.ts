/** Body bytes between two collections: as much as some large answers, far less than V8 waits for. */
const EVERY_BYTES = 8 * 1024 * 1024;

type Collect = (options: { type: 'minor' }) => void;

let collect: Collect | undefined;
let bytes = 0;

/**
 * Counts body bytes that passed through, and now and then lets V8 collect young objects. Buffers lie outside of V8's
 * heap and young ones are counted against its old space, so that large answers alone made it mark the whole heap every
 * few calls: half of the CPU that they cost (docs/performance.md). A young collection frees the same in a millisecond.
 */
export function countPassedBytes(length: number): void {
  bytes += length;
  if (bytes < EVERY_BYTES) return;
  bytes = 0;
  collect ??= exposeCollection();
  collect({ type: 'minor' });
}

/** Electron may have frozen V8's flags by then, which ends the process of those who set one: it goes without. */
function exposeCollection(): Collect {
  if (process.versions.electron !== undefined) return () => undefined;
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--expose-gc');
  const exposed: unknown = process.getBuiltinModule('node:vm').runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  return typeof exposed === 'function' ? (exposed as Collect) : () => undefined;
}
