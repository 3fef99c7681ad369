// `node build/verify-package.ts PACKAGE TARGET`: looks into a package, real or around a stub: a folder, tar.gz, zip or
// deb for linux-x64, linux-arm64, win-x64, win-arm64, mac-x64 or mac-arm64. Prints one line for each thing and ends
// with 1 when one is not as wanted.
import { inspectPackage } from './package/inspect/inspect-package.ts';
import { parseTarget } from './package/system.ts';

const [path, name] = process.argv.slice(2);
const target = name === undefined ? undefined : parseTarget(name);
if (path === undefined || target === undefined) {
  process.stderr.write('usage: node build/verify-package.ts PACKAGE linux-x64|win-x64|mac-arm64|...\n');
  process.exit(2);
}
const findings = await inspectPackage(path, target);
for (const { state, what } of findings) process.stdout.write(`${state}: ${what}\n`);
if (findings.some(({ state }) => state === 'bad')) process.exitCode = 1;
