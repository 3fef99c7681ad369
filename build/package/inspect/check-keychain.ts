import { execFileSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Target, targetName } from '../system.ts';
import { binaryKind } from './binary-kind.ts';
import { type Finding, finding } from './finding.ts';

/** Exactly one native keychain module, outside of the archive, for this system and processor, and loadable here. */
export function checkKeychain(resources: string, target: Target): Finding[] {
  const found = globSync('**/*.node', { cwd: resources });
  const [first] = found;
  const one = finding(found.length === 1, `native modules beside the archive: ${found.join(', ') || 'none'}`);
  if (first === undefined) return [one];
  const path = join(resources, first);
  const kind = binaryKind(readFileSync(path));
  const isRight = kind?.platform === target.platform && kind.arch === target.arch;
  return [
    one,
    finding(
      isRight,
      `the keychain module is for ${kind === undefined ? 'no known system' : targetName(kind)}`,
    ),
    checkLoad(path, target),
  ];
}

function checkLoad(path: string, { platform, arch }: Target): Finding {
  const what = 'the keychain module can be loaded by Node';
  if (platform !== process.platform || arch !== process.arch) {
    return { state: 'not run', what: `${what}: this is ${process.platform} ${process.arch}` };
  }
  try {
    const program = 'process.stdout.write(Object.keys(require(process.argv[1])).sort().join())';
    const names = execFileSync(process.execPath, ['-e', program, path], {
      encoding: 'utf8',
      timeout: 10_000,
    });
    return finding(names.includes('getPassword'), `${what}: ${names}`);
  } catch (error) {
    return finding(false, `${what}: ${error instanceof Error ? error.message.slice(0, 200) : 'failed'}`);
  }
}
