import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readUpdateFeed } from '../../../electron/desktop/update-feed.ts';
import { updateWay } from '../../../electron/desktop/updates.ts';
import type { Target } from '../system.ts';
import { type Finding, finding } from './finding.ts';

/** Where the packed app asks for updates, and what it would do with one; a package may have no feed. */
export function checkFeed(resources: string, { platform }: Target): Finding {
  if (!existsSync(join(resources, 'app-update.yml'))) {
    return { state: 'not run', what: 'updates: this package has no feed' };
  }
  const feed = readUpdateFeed(resources);
  const way = updateWay({ isPackaged: true, platform, feed });
  return finding(way.kind !== 'off', `updates from ${feed?.url ?? 'a feed that is not read'}: ${way.kind}`);
}
