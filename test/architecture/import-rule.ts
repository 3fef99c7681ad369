import { isBuiltin } from 'node:module';
import { posix } from 'node:path';

/** The folders under electron/ that hold the gateway: they may use each other, shared/ and Node. */
const CORE = ['gateway', 'backends', 'auth', 'secrets', 'config', 'clients', 'log', 'app', 'demo'];
/** What stands on the core, each for one kind of host. */
const HOSTS = ['headless', 'bridge'];

/** Packages that shared/ and renderer/ may use: they run in every runtime. */
const PURE_PACKAGES: Readonly<Record<string, readonly string[] | 'any'>> = {
  shared: ['zod'],
  renderer: 'any',
};

/**
 * Why a file may not import what it does, or undefined. The rule: shared <- nothing; electron's core <- shared and
 * Node; headless and bridge <- those; desktop <- all of electron; renderer <- shared.
 */
export function whyForbidden(file: string, specifier: string): string | undefined {
  const from = layerOf(file);
  if (specifier.startsWith('.')) {
    const target = posix.normalize(posix.join(posix.dirname(file), specifier));
    const to = layerOf(target);
    return mayUse(from, to) ? undefined : `${from} must not use ${to}`;
  }
  const pure = PURE_PACKAGES[from];
  if (isBuiltin(specifier)) return pure === undefined ? undefined : `${from} must not use Node`;
  if (specifier === 'electron' || specifier.startsWith('electron/')) {
    return from === 'desktop' ? undefined : `${from} must not use the electron package`;
  }
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  return pure === undefined || pure === 'any' || pure.includes(name)
    ? undefined
    : `${from} must not use ${name}`;
}

function layerOf(path: string): string {
  const [top = '', next = ''] = path.split('/');
  if (top !== 'electron') return top;
  if (CORE.includes(next)) return 'core';
  return next;
}

function mayUse(from: string, to: string): boolean {
  if (from === to || to === 'shared') return true;
  if (from === 'desktop') return to === 'core' || HOSTS.includes(to);
  return HOSTS.includes(from) && (to === 'core' || HOSTS.includes(to));
}
