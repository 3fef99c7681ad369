import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { PreferenceStore, Preferences } from '../app/control/extras.ts';
import { writeFileWhole } from '../config/write-file.ts';
import type { Autostart } from './autostart.ts';

const stored = z.object({
  hideToTray: z.boolean().default(true),
  updates: z.enum(['ask', 'off']).default('ask'),
  language: z.string().max(16).default('en'),
});

/**
 * What the user prefers of the app itself, in a file beside the configuration; autostart lives with the system. A file
 * that cannot be read stands for the defaults: nothing in it is worth a failed start.
 */
export function createPreferences(path: string, autostart: Autostart): PreferenceStore {
  let kept = read(path);
  return {
    current: (): Preferences => ({ ...kept, autostart: autostart.get() }),
    async change({ autostart: start, ...change }) {
      if (start !== undefined) autostart.set(start);
      kept = { ...kept, ...definedOnly(change) };
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      await writeFileWhole(path, `${JSON.stringify(kept, null, 2)}\n`);
    },
  };
}

function read(path: string): z.infer<typeof stored> {
  try {
    return stored.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return stored.parse({});
  }
}

function definedOnly(change: Partial<z.infer<typeof stored>>): Partial<z.infer<typeof stored>> {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
