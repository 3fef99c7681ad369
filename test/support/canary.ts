import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { secretForms } from '../../electron/secrets/secret-forms.ts';
import { descendantsOf } from './process-tree.ts';

/** Somewhere a value could have got to. */
export type Place = readonly [name: string, bytes: Buffer];

/** Every spelling that counts as the value: plain, base64, base64url, URL-encoded, JSON-escaped, hex, as latin-1. */
function spellings(value: string): readonly Buffer[] {
  const utf8 = Buffer.from(value);
  const latin1 = Buffer.from(value, 'latin1');
  const hex = [utf8, latin1].flatMap((bytes) => [bytes.toString('hex'), bytes.toString('hex').toUpperCase()]);
  const form = new URLSearchParams([['', value]]).toString().slice(1);
  const texts = [...secretForms(value), form, ...hex].map((text) => Buffer.from(text));
  return [...texts, latin1, utf8];
}

/** Where which of the named values was found, as `name in place`. */
export function findCanaries(
  canaries: ReadonlyMap<string, string>,
  places: readonly Place[],
): readonly string[] {
  const found = new Set<string>();
  for (const [name, value] of canaries) {
    for (const spelling of spellings(value)) {
      for (const [place, bytes] of places) if (bytes.includes(spelling)) found.add(`${name} in ${place}`);
    }
  }
  return [...found].sort();
}

/** Every file under a folder. */
export async function filesUnder(folder: string): Promise<readonly Place[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return Promise.all(
    files.map(async ({ parentPath, name }): Promise<Place> => {
      const path = join(parentPath, name);
      return [path, await readFile(path)];
    }),
  );
}

/** The command lines and environments of a process and of all that it started; of Linux only. */
export async function processPlaces(pid: number): Promise<readonly Place[]> {
  const places = [pid, ...(await descendantsOf(pid))].map(async (child): Promise<readonly Place[]> => {
    const commandLine = await readFile(`/proc/${child}/cmdline`).catch(() => undefined);
    const environment = await readFile(`/proc/${child}/environ`).catch(() => undefined);
    // It has ended meanwhile.
    if (commandLine === undefined || environment === undefined) return [];
    const program = commandLine.toString().split('\0').slice(1, 2).join().split('/').at(-1);
    return [
      [`command line of ${program} ${child}`, commandLine],
      [`environment of ${program} ${child}`, environment],
    ];
  });
  return (await Promise.all(places)).flat();
}
