import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getRawHeader } from '@electron/asar';
import plist from 'plist';
import { NtExecutable, NtExecutableResource } from 'resedit';
import { z } from 'zod';
import type { Target } from '../system.ts';
import { type Finding, finding } from './finding.ts';
import type { Layout } from './layout.ts';

const entry = z.object({ algorithm: z.literal('SHA256'), hash: z.string() });
const infoPlist = z.object({
  ElectronAsarIntegrity: z.object({ 'Resources/app.asar': entry }),
  CFBundleURLTypes: z.array(z.object({ CFBundleURLSchemes: z.array(z.string()) })),
  NSAppTransportSecurity: z.object({ NSAllowsArbitraryLoads: z.boolean() }),
});
const windowsEntry = z.tuple([z.object({ file: z.string(), alg: z.literal('SHA256'), value: z.string() })]);

/** The digest that the program holds its archive to is that of this archive's header (UIX-09). */
export function checkIntegrity(layout: Layout, target: Target): Finding[] {
  const { headerString } = getRawHeader(layout.asar);
  const hash = createHash('sha256').update(headerString).digest('hex');
  if (target.platform === 'linux') {
    return [{ state: 'not run', what: 'ASAR integrity: Electron checks none on Linux' }];
  }
  if (target.platform === 'win32') {
    const value = windowsHash(layout.electron);
    return [
      finding(
        value === hash,
        `the program holds app.asar to ${value?.slice(0, 16)}, it is ${hash.slice(0, 16)}`,
      ),
    ];
  }
  return layout.infoPlist === undefined ? [] : checkInfoPlist(layout.infoPlist, hash);
}

function checkInfoPlist(path: string, hash: string): Finding[] {
  const read = infoPlist.safeParse(plist.parse(readFileSync(path, 'utf8')));
  if (!read.success) return [finding(false, `Info.plist: ${z.prettifyError(read.error)}`)];
  const { ElectronAsarIntegrity, CFBundleURLTypes, NSAppTransportSecurity } = read.data;
  const value = ElectronAsarIntegrity['Resources/app.asar'].hash;
  const schemes = CFBundleURLTypes.flatMap(({ CFBundleURLSchemes }) => CFBundleURLSchemes).join();
  const isOpen = NSAppTransportSecurity.NSAllowsArbitraryLoads;
  return [
    finding(value === hash, `Info.plist holds app.asar to ${value.slice(0, 16)}, it is ${hash.slice(0, 16)}`),
    finding(schemes === 'patchbay', `Info.plist has the link schemes: ${schemes}`),
    finding(!isOpen, `Info.plist ${isOpen ? 'allows' : 'does not allow'} arbitrary loads`),
  ];
}

function windowsHash(program: string): string | undefined {
  const resources = NtExecutableResource.from(NtExecutable.from(readFileSync(program), { ignoreCert: true }));
  const found = resources.entries.find(({ type, id }) => type === 'INTEGRITY' && id === 'ELECTRONASAR');
  if (found === undefined) return undefined;
  return windowsEntry.parse(JSON.parse(Buffer.from(found.bin).toString('utf8')))[0].value;
}
