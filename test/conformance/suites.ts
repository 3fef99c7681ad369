import { join } from 'node:path';

/** One way to ask the referee: a pinned package and what it is asked for. */
export interface Suite {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
}

const modules = join(import.meta.dirname, '../../node_modules');
const current = join(modules, '@modelcontextprotocol/conformance/dist/index.js');
const stable = join(modules, 'conformance-stable/dist/index.js');

/** What 2025-11-25 requires, by the package of the next release line (exact pin in package.json). */
export const LEGACY: Suite = {
  name: 'requirements 2025-11-25',
  script: current,
  args: ['--requirements', '2025-11-25'],
};

/** What 2026-07-28 requires. The tasks extension is reported and not scored: our server does not have it. */
export const MODERN: Suite = {
  name: 'requirements 2026-07-28',
  script: current,
  args: ['--requirements', '2026-07-28'],
};

/** Everything that the stable package knows, as a cross-check. */
export const STABLE: Suite = { name: 'stable suite, all', script: stable, args: ['--suite', 'all'] };
