import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const OPEN = /(<key>NSAllowsArbitraryLoads<\/key>\s*)<true\/>/;

/**
 * Takes back the leave for plain HTTP everywhere that electron-builder writes into every Info.plist after our own
 * settings, before the app is signed. Loopback stays open. Rejects when there is nothing to take back, because then the
 * builder has changed.
 */
export async function closeInfoPlist(appOutDir: string): Promise<void> {
  const path = join(appOutDir, 'Patchbay.app/Contents/Info.plist');
  const text = await readFile(path, 'utf8');
  if (!OPEN.test(text)) throw new Error(`${path} does not allow arbitrary loads; close-info-plist.ts can go`);
  await writeFile(path, text.replace(OPEN, '$1<false/>'));
}
