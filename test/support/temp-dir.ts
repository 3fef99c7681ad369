import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory of the test's own. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
  /** A path inside it. */
  file(...parts: string[]): string;
}

/** Makes an empty directory that is removed, with all in it, on disposal. */
export async function createTempDir(prefix = 'patchbay-test-'): Promise<TempDir> {
  const path = await mkdtemp(join(tmpdir(), prefix));
  return {
    path,
    file: (...parts) => join(path, ...parts),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }),
  };
}
