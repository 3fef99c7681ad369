import { readdir, readFile, readlink } from 'node:fs/promises';

const LISTENING = '0A';

/**
 * Who listens on a TCP port of this machine, as `node (process 4711)`; undefined where the system does not tell
 * (other users' processes, systems other than Linux).
 */
export async function findPortHolder(port: number): Promise<string | undefined> {
  const inodes = await listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const id of processes) {
    if (!(await holdsOneOf(id, inodes))) continue;
    const name = await readFile(`/proc/${id}/comm`, 'utf8').catch(() => '');
    return name === '' ? `process ${id}` : `${name.trim()} (process ${id})`;
  }
  return undefined;
}

/** The socket inodes of `/proc/net/tcp` and `tcp6`: address:port in hex in column 1, state in 3, inode in 9. */
async function listeningInodes(port: number): Promise<ReadonlySet<string>> {
  const hexPort = port.toString(16).toUpperCase().padStart(4, '0');
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map((path) => readFile(path, 'utf8').catch(() => ''));
  const inodes = new Set<string>();
  for (const line of (await Promise.all(tables)).join('\n').split('\n')) {
    const columns = line.trim().split(/\s+/);
    const inode = columns[9];
    if (columns[3] !== LISTENING || !columns[1]?.endsWith(`:${hexPort}`) || inode === undefined) continue;
    inodes.add(`socket:[${inode}]`);
  }
  return inodes;
}

async function holdsOneOf(processId: string, inodes: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${processId}/fd`;
  const descriptors = await readdir(folder).catch((): string[] => []);
  const targets = descriptors.map((name) => readlink(`${folder}/${name}`).catch(() => ''));
  return (await Promise.all(targets)).some((target) => inodes.has(target));
}
