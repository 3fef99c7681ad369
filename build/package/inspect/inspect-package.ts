import type { Target } from '../system.ts';
import { checkArchive } from './check-archive.ts';
import { checkBridge } from './check-bridge.ts';
import { checkDeb } from './check-deb.ts';
import { checkFeed } from './check-feed.ts';
import { checkFuses } from './check-fuses.ts';
import { checkIntegrity } from './check-integrity.ts';
import { checkKeychain } from './check-keychain.ts';
import type { Finding } from './finding.ts';
import { findLayout } from './layout.ts';
import { unpack } from './unpack.ts';

/** Looks into a package for a target: a folder, tar.gz, zip or deb. Rejects when there is no app in it. */
export async function inspectPackage(path: string, target: Target): Promise<Finding[]> {
  using unpacked = unpack(path);
  const layout = findLayout(unpacked.folder, target);
  return [
    ...checkArchive(layout.asar, target),
    ...checkKeychain(layout.resources, target),
    ...(await checkFuses(layout.electron)),
    ...checkIntegrity(layout, target),
    checkFeed(layout.resources, target),
    ...(await checkBridge(layout.resources, target)),
    ...(path.endsWith('.deb') ? checkDeb(path, unpacked.folder, target) : []),
  ];
}
