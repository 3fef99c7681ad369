import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** Where a build asks for newer ones, and on Windows who has to have signed them. */
export interface UpdateFeed {
  readonly url: string;
  readonly publisherName: readonly string[];
}

const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);
const packed = z.object({
  provider: z.literal('generic'),
  url: z.string(),
  publisherName: names.nullish().transform((given) => given ?? []),
});

/**
 * The feed in a package's resources, as electron-builder writes it (`app-update.yml`); `undefined` where none was packed,
 * or one that we do not make.
 */
export function readUpdateFeed(resources: string): UpdateFeed | undefined {
  try {
    const read = packed.safeParse(parse(readFileSync(join(resources, 'app-update.yml'), 'utf8')));
    return read.success ? { url: read.data.url, publisherName: read.data.publisherName } : undefined;
  } catch {
    return undefined;
  }
}
