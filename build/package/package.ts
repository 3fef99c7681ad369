// `npm run package`: makes the packages of this system, with the real runtime and the bridge as an executable. Needs
// the network for Electron and the packaging tools, and `npm run build` first. Signs and notarises where there are
// credentials (build/package/signing.ts), and looks into what came out.
import { join } from 'node:path';
import { inspectPackage } from './inspect/inspect-package.ts';
import { makeBridge } from './make-bridge.ts';
import { pack } from './pack.ts';
import { releaseFor } from './release.ts';
import { signingFor } from './signing.ts';
import { ownTarget, targetName } from './system.ts';

const root = join(import.meta.dirname, '../..');
const output = join(root, 'dist-packages');
const target = ownTarget();
const signing = signingFor(target, process.env);
const release = releaseFor(target, process.env);
for (const line of [...signing.said, release.said]) process.stdout.write(`${line}\n`);
// Without it, electron-builder takes whatever identity the machine's keychain has.
if (!signing.sign) process.env.CSC_IDENTITY_AUTO_DISCOVERY = 'false';

const bridge = join(await makeBridge(join(root, 'dist')), '..');
const mac = { notarize: signing.notarise };
const made = await pack({ target, bridge, output, release, overrides: { mac } });
for (const path of made) process.stdout.write(`made ${path}\n`);

const unpacked = join(output, targetName(target));
const findings = await inspectPackage(unpacked, target);
for (const { state, what } of findings) process.stdout.write(`${state}: ${what}\n`);
if (findings.some(({ state }) => state === 'bad')) process.exitCode = 1;
