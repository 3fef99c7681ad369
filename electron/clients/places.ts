import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Base, FileClient, FilePlace } from '../../shared/clients/definition.ts';
import type { ClientHost } from './host.ts';

/** A file that a client reads, or would read if it existed. */
export interface ClientFile {
  readonly path: string;
  /** The folder that proves the install; folders are created only below it. */
  readonly marker: string;
  readonly exists: boolean;
}

interface Candidate extends ClientFile {
  readonly installed: boolean;
  readonly forced: boolean;
}

/** The folder of a base, or undefined when it is an environment variable that is unset or relative. */
function baseFolder(base: Base, host: ClientHost): string | undefined {
  if (typeof base === 'object') return absolute(host.env[base.env]);
  switch (base) {
    case 'home':
      return host.home;
    case 'xdg-config':
      // XDG Base Directory Specification: a relative value is invalid and is ignored.
      return absolute(host.env.XDG_CONFIG_HOME) ?? join(host.home, '.config');
    case 'app-support':
      return join(host.home, 'Library', 'Application Support');
    case 'roaming':
      return absolute(host.env.APPDATA) ?? join(host.home, 'AppData', 'Roaming');
    case 'local':
      return absolute(host.env.LOCALAPPDATA) ?? join(host.home, 'AppData', 'Local');
  }
}

function absolute(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}

/** Whether anything stands at the path, a dangling link included. */
async function stands(path: string): Promise<boolean> {
  return (await namesIn(dirname(path))).includes(basename(path));
}

/** The names in a folder; none when it cannot be listed, which for a search means "not here". */
async function namesIn(folder: string): Promise<readonly string[]> {
  return await readdir(folder).catch(() => []);
}

/** The folders that a segment ending in `*` stands for; the newest first, as packages leave old folders behind. */
async function expand(base: string, path: string): Promise<readonly string[]> {
  const segments = path.split('/');
  const star = segments.findIndex((segment) => segment.endsWith('*'));
  if (star === -1) return [join(base, ...segments)];
  const parent = join(base, ...segments.slice(0, star));
  const prefix = segments[star]?.slice(0, -1) ?? '';
  const names = (await namesIn(parent)).filter((name) => name.startsWith(prefix));
  const dated = await Promise.all(
    names.map(async (name) => ({
      name,
      at: (await stat(join(parent, name)).catch(() => undefined))?.mtimeMs ?? 0,
    })),
  );
  return dated
    .sort((a, b) => b.at - a.at || a.name.localeCompare(b.name))
    .map(({ name }) => join(parent, name, ...segments.slice(star + 1)));
}

async function candidates(place: FilePlace, host: ClientHost): Promise<readonly Candidate[]> {
  const base = baseFolder(place.base, host);
  if (base === undefined) return [];
  const files = await expand(base, place.file);
  const markers = await expand(base, place.marker);
  const found = await Promise.all(
    files.map(async (path, index): Promise<Candidate> => {
      const marker = markers[index] ?? base;
      const exists = await stands(path);
      const installed = exists || (place.existingOnly !== true && (await isFolder(marker)));
      return { path, marker, exists, installed, forced: typeof place.base === 'object' };
    }),
  );
  // Of several package folders the newest with a config counts, else the newest (clients page, doubts).
  const best = found.find((candidate) => candidate.exists) ?? found.find((candidate) => candidate.installed);
  return best === undefined ? [] : [best];
}

/**
 * The files of a client on this machine: empty when it is not installed. A folder named by the client's own environment
 * variable wins over the usual place, because the client looks nowhere else then.
 */
export async function locateFiles(client: FileClient, host: ClientHost): Promise<readonly ClientFile[]> {
  const forcedSet = client.places[host.platform].some(
    (place) => typeof place.base === 'object' && baseFolder(place.base, host) !== undefined,
  );
  const found = (
    await Promise.all(client.places[host.platform].map((place) => candidates(place, host)))
  ).flat();
  const usable = found.filter((candidate) => candidate.installed && (!forcedSet || candidate.forced));
  if (client.select === 'each') return usable.map(plainFile);
  const first = usable.find((candidate) => candidate.exists) ?? usable[0];
  return first === undefined ? [] : [plainFile(first)];
}

function plainFile({ path, marker, exists }: Candidate): ClientFile {
  return { path, marker, exists };
}
