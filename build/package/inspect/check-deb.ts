import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Target } from '../system.ts';
import { type Finding, finding } from './finding.ts';

/** The libraries that the app cannot start or keep secrets without. */
const NEEDED = ['libgtk-3-0', 'libnss3', 'libsecret-1-0'];

/** The control data of a deb and the desktop entry in it. `folder` is where it has been unpacked to. */
export function checkDeb(file: string, folder: string, { arch }: Target): Finding[] {
  const field = (name: string): string =>
    execFileSync('dpkg-deb', ['--field', file, name], { encoding: 'utf8' }).trim();
  const depends = field('Depends').split(/\s*,\s*/);
  const missing = NEEDED.filter((name) => !depends.includes(name));
  const architecture = field('Architecture');
  const entry = readFileSync(join(folder, 'usr/share/applications/patchbay.desktop'), 'utf8');
  const mimeTypes = /^MimeType=(.*)$/m.exec(entry)?.[1] ?? '';
  const command = /^Exec=(.*)$/m.exec(entry)?.[1] ?? '';
  return [
    finding(
      field('Package') === 'patchbay',
      `the deb is of the package ${field('Package')} ${field('Version')}`,
    ),
    finding(architecture === (arch === 'x64' ? 'amd64' : 'arm64'), `the deb is for ${architecture}`),
    finding(missing.length === 0, `the deb depends on ${depends.join(', ')}`),
    finding(
      mimeTypes.split(';').includes('x-scheme-handler/patchbay'),
      `the desktop entry opens ${mimeTypes}`,
    ),
    finding(/\/patchbay %U$/.test(command), `the desktop entry starts ${command}`),
  ];
}
