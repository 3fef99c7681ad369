import { execFile, spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkIntegrity } from '../../build/package/inspect/check-integrity.ts';
import type { Finding } from '../../build/package/inspect/finding.ts';
import { inspectPackage } from '../../build/package/inspect/inspect-package.ts';
import { findLayout } from '../../build/package/inspect/layout.ts';
import { makeBridge } from '../../build/package/make-bridge.ts';
import { ownTarget, parseTarget, targetName } from '../../build/package/system.ts';
import { readUpdateFeed } from '../../electron/desktop/update-feed.ts';
import { verifies } from '../requirements/verifies.ts';
import { createTempDir } from '../support/temp-dir.ts';

// The packages are made of stubs and of the built app, so this needs Linux and `npm run build`.
const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const PREBUILDS = join(ROOT, 'node_modules/keytar/prebuilds');
const ASAR = 'Contents/Resources/app.asar';
const UNPACKED = `${ASAR}.unpacked/node_modules/keytar/prebuilds`;
const FRAMEWORK = 'Contents/Frameworks/Electron Framework.framework/Electron Framework';
const ORIGIN = {
  ...process.env,
  PATCHBAY_REPOSITORY: 'https://code.example/ann/patchbay/',
  PATCHBAY_MAINTAINER: 'Ann <ann@code.example>',
};
/** Fuses are digits in the program. */
const [FUSE_OFF, FUSE_ON] = Buffer.from('01');
const isReady = process.platform === 'linux' && existsSync(join(ROOT, 'dist/desktop/main.js'));

describe.skipIf(!isReady)('packages around a stub', () => {
  let folder: Awaited<ReturnType<typeof createTempDir>>;

  beforeAll(async () => {
    folder = await createTempDir();
    await makeBridge(join(ROOT, 'dist'));
    const script = join(ROOT, 'build/package/package-stub.ts');
    const { stdout } = await run(process.execPath, [script, folder.path], {
      maxBuffer: 2 ** 24,
      env: ORIGIN,
    });
    // What a bare machine cannot make is said in every run.
    process.stdout.write(
      stdout
        .split('\n')
        .filter((line) => line.startsWith('not run: '))
        .join('\n'),
    );
    process.stdout.write('\n');
  }, 120_000);
  afterAll(() => folder[Symbol.asyncDispose]());

  const packages = [
    ['linux-x64', 'linux-unpacked'],
    ['linux-x64', '.tar.gz'],
    ['linux-x64', '.deb'],
    ['win-x64', 'win-unpacked'],
    ['win-x64', '.zip'],
    ['mac-arm64', 'mac-arm64'],
    ['mac-arm64', '.zip'],
  ] as const;

  test.each(packages)(
    'what is in the package is what is wanted: %s %s',
    async (name, kind) => {
      const target = parseTarget(name)!;
      const made = readdirSync(join(folder.path, name)).find((entry) => entry.endsWith(kind));
      // The tool for this kind is not on this machine; package-stub.ts has said so.
      if (made === undefined) return;
      const findings = await inspectPackage(join(folder.path, name, made), target);
      expect(bad(findings)).toEqual([]);
      // The bridge and the keychain module were run, not only looked at, where this machine can.
      const ran = findings.filter(
        ({ state, what }) => state === 'ok' && /can be loaded|answers without/.test(what),
      );
      expect(ran).toHaveLength(targetName(ownTarget()) === name ? 2 : 0);
    },
    60_000,
  );

  test('the stub says what it is and fails', () => {
    const { status, stderr } = spawnSync(join(folder.path, 'linux-x64/linux-unpacked/patchbay'), {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([1, 'stub, not a runtime\n']);
  });

  test.each(['linux-x64', 'win-x64', 'mac-arm64'])(
    verifies(['UIX-08'], 'the fuses of %s leave no way in by Node: run-as-Node, NODE_OPTIONS, --inspect'),
    async (name) => {
      const target = parseTarget(name)!;
      const { electron } = findLayout(join(folder.path, name), target);
      const wire = await getCurrentFuseWire(electron);
      const off = [
        FuseV1Options.RunAsNode,
        FuseV1Options.EnableNodeOptionsEnvironmentVariable,
        FuseV1Options.EnableNodeCliInspectArguments,
      ];
      expect(off.map((fuse) => wire[fuse])).toEqual([FUSE_OFF, FUSE_OFF, FUSE_OFF]);
    },
  );

  test.each(['win-x64', 'mac-arm64'])(
    verifies(
      ['UIX-09'],
      'the program of %s is told to hold its archive to a digest, which another one fails',
    ),
    async (name) => {
      const target = parseTarget(name)!;
      const layout = findLayout(join(folder.path, name), target);
      const wire = await getCurrentFuseWire(layout.electron);
      expect(wire[FuseV1Options.EnableEmbeddedAsarIntegrityValidation]).toBe(FUSE_ON);
      expect(wire[FuseV1Options.OnlyLoadAppFromAsar]).toBe(FUSE_ON);
      expect(bad(checkIntegrity(layout, target))).toEqual([]);
      const changed = join(folder.path, `${name}.asar`);
      cpSync(layout.asar, changed);
      change(changed, '"SHA256"', '"SHA257"');
      expect(bad(checkIntegrity({ ...layout, asar: changed }, target)).join()).toMatch(/holds app.asar to/);
    },
  );

  test('a package names where it comes from and where it asks for updates', async () => {
    const feed = 'https://code.example/ann/patchbay/releases/latest/download';
    const { resources } = findLayout(join(folder.path, 'mac-arm64'), parseTarget('mac-arm64')!);
    expect(readUpdateFeed(resources)?.url).toBe(feed);
    expect(readdirSync(join(folder.path, 'mac-arm64'))).toContain('latest-mac-arm64-mac.yml');
    const deb = readdirSync(join(folder.path, 'linux-x64')).find((name) => name.endsWith('.deb'));
    if (deb === undefined) return;
    const path = join(folder.path, 'linux-x64', deb);
    const { stdout } = await run('dpkg-deb', ['--field', path, 'Homepage', 'Maintainer']);
    expect(stdout).toBe('Homepage: https://code.example/ann/patchbay\nMaintainer: Ann <ann@code.example>\n');
  });

  test.each<[string, (app: string) => unknown, RegExp]>([
    [
      'a byte of a file in the archive',
      (app) => change(join(app, ASAR), 'BrowserWindow', 'BrowserWindoW'),
      /has its digest, but dist\/desktop\/main.js/,
    ],
    [
      "the archive's header",
      (app) => change(join(app, ASAR), '"SHA256"', '"SHA257"'),
      /Info.plist holds app.asar to/,
    ],
    [
      'a fuse',
      (app) => change(join(app, FRAMEWORK), '\x0801001100', '\x0811001100'),
      /fuse RunAsNode is on, wanted off/,
    ],
    [
      'a binary of another processor',
      (app) =>
        cpSync(join(PREBUILDS, 'darwin-x64'), join(app, UNPACKED, 'darwin-arm64'), { recursive: true }),
      /is for mac-x64/,
    ],
    [
      'a second binary',
      (app) => cpSync(join(PREBUILDS, 'linux-x64'), join(app, UNPACKED, 'linux-x64'), { recursive: true }),
      /native modules beside/,
    ],
    [
      'a feed without https',
      (app) =>
        writeFileSync(
          join(app, 'Contents/Resources/app-update.yml'),
          'provider: generic\nurl: http://a.example\n',
        ),
      /updates from http:.*: off/,
    ],
    [
      'a lost bridge',
      (app) => rmSync(join(app, 'Contents/Resources/bridge'), { recursive: true }),
      /there is no .*patchbay-bridge/,
    ],
  ])(verifies(['UIX-09'], 'a changed package is told: %s'), async (_, spoil, expected) => {
    const app = join(folder.path, 'spoilt/Patchbay.app');
    rmSync(app, { recursive: true, force: true });
    cpSync(join(folder.path, 'mac-arm64/mac-arm64/Patchbay.app'), app, { recursive: true });
    spoil(app);
    const found = bad(await inspectPackage(app, parseTarget('mac-arm64')!));
    expect(found.join('\n')).toMatch(expected);
  });
});

function bad(findings: readonly Finding[]): string[] {
  return findings.filter(({ state }) => state === 'bad').map(({ what }) => what);
}

function change(path: string, from: string, to: string): void {
  const text = readFileSync(path, 'latin1');
  expect(text).toContain(from);
  writeFileSync(path, text.replace(from, to), 'latin1');
}

test('a wanted download ends the packaging at once', () => {
  const program = `await import(${JSON.stringify(join(ROOT, 'build/package/refuse-network.ts'))}); await fetch('https://example.com')`;
  const started = performance.now();
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([70, 'not run: a download from example.com is needed\n']);
  expect(performance.now() - started).toBeLessThan(10_000);
});
