import { execFileSync } from 'node:child_process';
import { chown, lstat, mkdir, symlink } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../requirements/verifies.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { codes, GOOD, modeOf, names, open, put, read } from './helpers.ts';

const NOW = () => new Date('2026-03-04T05:06:07.089Z');
const ASIDE = 'config.json.bad-2026-03-04T05-06-07-089Z';

describe('what is read', () => {
  test('comments and trailing commas are allowed', async () => {
    await using dir = await createTempDir();
    await put(dir.file('config.json'), GOOD);
    using file = await open(dir.file('config.json'));
    expect([...file.current().config.backends.keys()]).toEqual(['billing']);
    expect(file.current().readOnly).toBe(false);
  });

  test('a file that does not exist stands for the defaults, and is not made', async () => {
    await using dir = await createTempDir();
    using file = await open(dir.file('config.json'));
    expect(file.current().config.gateway.port).toBe(4780);
    expect(await names(dir.path)).toEqual([]);
    await expect(open(dir.file('config.json'), { mustExist: true })).rejects.toThrow('does not exist');
  });

  test(
    verifies(['CFG-08'], 'a key that stands twice is refused with both lines, the file untouched'),
    async () => {
      await using dir = await createTempDir();
      const twice =
        '{\n "version": 1,\n "backends": { "a": { "type": "http",\n "url": "http://127.0.0.1:1",\n "url": "http://127.0.0.1:2" } } }';
      await put(dir.file('config.json'), twice);
      await expect(open(dir.file('config.json'))).rejects.toThrow(
        /Line 5, column 2 has backends\.a\.url twice; it stands in line 4 already/,
      );
      expect(await read(dir.file('config.json'))).toBe(twice);
      expect(await names(dir.path)).toEqual(['config.json']);
    },
  );

  test(
    verifies(['CFG-08'], 'with a last good copy, that copy is in force and offered, and nothing is saved'),
    async () => {
      await using dir = await createTempDir();
      const path = dir.file('config.json');
      await put(path, GOOD);
      (await open(path))[Symbol.dispose]();
      const mistake = '{ "version": 1, "version": 1 }';
      await put(path, mistake);
      using file = await open(path);
      expect([...file.current().config.backends.keys()]).toEqual(['billing']);
      expect(codes(file).slice(0, 2)).toEqual(['config.duplicate-key error', 'config.restored warning']);
      expect(file.current().problems[1]?.fix).toContain('config.json.last-good');
      const edited = await file.edit(file.current().revision, [{ path: ['gateway', 'port'], value: 1 }]);
      expect(edited).toMatchObject({ ok: false, problems: [{ code: 'config.read-only' }] });
      expect(await read(path)).toBe(mistake);
    },
  );

  test(verifies(['CFG-07'], '__proto__ is a key like any other and pollutes nothing'), async () => {
    await using dir = await createTempDir();
    await put(
      dir.file('config.json'),
      '{"version":1,"backends":{"__proto__":{"type":"http","url":"http://127.0.0.1:1","polluted":1}}}',
    );
    using file = await open(dir.file('config.json'));
    expect(
      file
        .current()
        .problems.map(({ place }) => place)
        .join(),
    ).toContain('__proto__');
    expect(file.current().config.backends.size).toBe(0);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('nesting without end is refused, not followed', async () => {
    await using dir = await createTempDir();
    await put(dir.file('config.json'), `{"a":${'['.repeat(100_000)}`);
    await expect(open(dir.file('config.json'))).rejects.toThrow('nests deeper than 64 levels');
  });
});

describe('damage', () => {
  const damages: readonly (readonly [string, string | Buffer])[] = [
    ['cut off inside a text', GOOD.slice(0, 70)],
    ['cut off after a comma', '{ "version": 1,'],
    ['cut off in a comment', '{ "version": 1 } /* hal'],
    ['zero bytes', ''],
    ['blanks only', '  \n\n'],
    ['NUL bytes', '\0'.repeat(200)],
    ['NUL bytes at the end', `${GOOD}\0\0`],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0xc0, 0x7d])],
    ['UTF-16 cut in the middle', Buffer.from(`\ufeff${GOOD}`, 'utf16le').subarray(0, 101)],
    ['a byte order mark before nothing', Buffer.from([0xef, 0xbb, 0xbf])],
  ];

  test.each(damages)(
    verifies(['CFG-17'], '%s: the last good copy is restored, the bad one kept'),
    async (_, bad) => {
      await using dir = await createTempDir();
      const path = dir.file('config.json');
      await put(path, GOOD);
      (await open(path))[Symbol.dispose]();
      await put(path, bad);
      using file = await open(path, { now: NOW });
      expect(await read(path)).toBe(GOOD);
      expect(await names(dir.path)).toEqual(['config.json', ASIDE, 'config.json.last-good']);
      expect(Buffer.from(await read(dir.file(ASIDE)), 'utf8').toString()).toBe(Buffer.from(bad).toString());
      expect([...file.current().config.backends.keys()]).toEqual(['billing']);
      expect(codes(file)[0]).toBe('config.restored warning');
      expect(file.current().readOnly).toBe(false);
      expect(await modeOf(path)).toBe('600');
    },
  );

  test.each(damages)(
    verifies(['CFG-17'], '%s and no copy: refused, nothing written over'),
    async (_, bad) => {
      await using dir = await createTempDir();
      const path = dir.file('config.json');
      await put(path, bad);
      await expect(open(path)).rejects.toMatchObject({ problems: [{ code: 'config.syntax' }] });
      expect(await names(dir.path)).toEqual(['config.json']);
      expect(await read(path)).toBe(Buffer.from(bad).toString('utf8'));
    },
  );

  test.each([
    ['a byte order mark', Buffer.from(`\ufeff${GOOD}`)],
    ['UTF-16, little end first', Buffer.from(`\ufeff${GOOD}`, 'utf16le')],
    ['UTF-16, big end first', Buffer.from(`\ufeff${GOOD}`, 'utf16le').swap16()],
  ])(verifies(['CFG-17'], '%s: read, stored anew as UTF-8, the found file kept'), async (_, odd) => {
    await using dir = await createTempDir();
    const path = dir.file('config.json');
    await put(path, odd);
    using file = await open(path, { now: NOW });
    expect(await read(path)).toBe(GOOD);
    expect(await names(dir.path)).toEqual(['config.json', ASIDE, 'config.json.last-good']);
    expect(codes(file)[0]).toBe('config.restored warning');
  });
});

describe('what the path leads to', () => {
  test(verifies(['CFG-16'], 'a FIFO and a folder are refused without hanging'), async () => {
    await using dir = await createTempDir();
    execFileSync('mkfifo', [dir.file('fifo')]);
    await expect(open(dir.file('fifo'))).rejects.toThrow('not a regular file');
    await mkdir(dir.file('folder'));
    await expect(open(dir.file('folder'))).rejects.toThrow('it is a folder');
  });

  test.runIf(process.getuid?.() === 0)(verifies(['CFG-16'], "another user's file is refused"), async () => {
    await using dir = await createTempDir();
    await put(dir.file('config.json'), GOOD);
    await chown(dir.file('config.json'), 54_321, 54_321);
    await expect(open(dir.file('config.json'))).rejects.toThrow('belongs to another user');
  });

  test(verifies(['CFG-16'], 'mode 0666 is set back to 0600 and told; our own folder to 0700'), async () => {
    await using dir = await createTempDir();
    await mkdir(dir.file('own'));
    await put(dir.file('own', 'config.json'), GOOD);
    execFileSync('chmod', ['0666', dir.file('own', 'config.json')]);
    execFileSync('chmod', ['0755', dir.file('own')]);
    using file = await open(dir.file('own', 'config.json'), { ownFolder: dir.file('own') });
    expect(await modeOf(dir.file('own', 'config.json'))).toBe('600');
    expect(await modeOf(dir.file('own'))).toBe('700');
    const told = file
      .current()
      .problems.map(({ message }) => message)
      .join('\n');
    expect(told).toContain('mode 0666');
    expect(told).toContain('it is 0700 now');
  });

  test(verifies(['CFG-16'], 'a link stays a link, and what it points to is saved'), async () => {
    await using dir = await createTempDir();
    await put(dir.file('real', 'settings.json'), GOOD);
    await symlink(dir.file('real', 'settings.json'), dir.file('config.json'));
    using file = await open(dir.file('config.json'));
    await file.edit(file.current().revision, [{ path: ['gateway', 'port'], value: 5000 }]);
    expect((await lstat(dir.file('config.json'))).isSymbolicLink()).toBe(true);
    expect(await read(dir.file('real', 'settings.json'))).toContain('5000');
  });

  test('a link to nowhere is refused, so that a save does not replace the link', async () => {
    await using dir = await createTempDir();
    await symlink(dir.file('nowhere'), dir.file('config.json'));
    await expect(open(dir.file('config.json'))).rejects.toThrow('link to a file that does not exist');
  });
});
