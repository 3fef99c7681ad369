import { fileURLToPath } from 'node:url';

/** Where the window under test stands; two runs at a time need a folder each. */
export const WINDOW_FOLDER =
  process.env.PATCHBAY_TEST_WINDOW ?? fileURLToPath(new URL('../../test-results/window', import.meta.url));
