// Stands in for fpm, which no Debian has: takes the arguments that electron-builder gives to fpm for a deb and calls
// dpkg-deb. For looking at the result; the release workflow uses the real one.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';

const text = { type: 'string' } as const;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    input: { ...text, short: 's' },
    output: { ...text, short: 't' },
    force: { type: 'boolean' },
    depends: { ...text, short: 'd', multiple: true },
    'deb-recommends': { ...text, multiple: true },
    'deb-compression': text,
    'deb-priority': text,
    architecture: text,
    'after-install': text,
    'after-remove': text,
    description: text,
    version: text,
    package: text,
    name: text,
    maintainer: text,
    vendor: text,
    url: text,
    license: text,
    category: text,
  },
});
if (values.output !== 'deb' || values.package === undefined)
  throw new Error('this stand-in makes a deb only');

const root = mkdtempSync(join(tmpdir(), 'patchbay-deb-'));
chmodSync(root, 0o755);
for (const [from, to] of positionals.map(sides)) {
  const target = join(root, to);
  mkdirSync(from.endsWith('/') ? target : dirname(target), { recursive: true });
  cpSync(from, target, { recursive: true, verbatimSymlinks: true });
}
const control = join(root, 'DEBIAN');
mkdirSync(control);
const fields: readonly (readonly [string, string | undefined])[] = [
  ['Package', values.name],
  ['Version', values.version],
  ['Architecture', values.architecture],
  ['Maintainer', values.maintainer],
  ['Vendor', values.vendor],
  ['License', values.license],
  ['Homepage', values.url],
  ['Section', values.category],
  ['Priority', values['deb-priority']],
  ['Depends', values.depends?.join(', ')],
  ['Recommends', values['deb-recommends']?.join(', ')],
  // Further lines of a description start with a space (Debian policy 5.6.13).
  ['Description', values.description?.replace(/\n\s*/g, '\n ')],
];
const lines = fields.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}\n`]));
writeFileSync(join(control, 'control'), lines.join(''));
putScript(values['after-install'], 'postinst');
putScript(values['after-remove'], 'postrm');
// A stand-in is looked at once and not shipped: it is stored, not compressed.
execFileSync('dpkg-deb', ['--root-owner-group', '-Znone', '--build', root, values.package], {
  stdio: 'inherit',
});
rmSync(root, { recursive: true });

function sides(positional: string): [from: string, to: string] {
  const at = positional.lastIndexOf('=');
  return [positional.slice(0, at), positional.slice(at + 1)];
}

function putScript(from: string | undefined, name: string): void {
  if (from === undefined) return;
  copyFileSync(from, join(control, name));
  chmodSync(join(control, name), 0o755);
}
