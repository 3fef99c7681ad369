import { fileURLToPath } from 'node:url';

/** Where the window under test stands. */
export const WINDOW_FOLDER = fileURLToPath(new URL('../../test-results/window', import.meta.url));
