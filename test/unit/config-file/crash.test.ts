import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { lockFile } from '../../../electron/config/file-lock.ts';
import { parseText } from '../../../electron/config/parse-text.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { GOOD, names, open, put, read } from './helpers.ts';

const CHILD = join(import.meta.dirname, 'saving-child.ts');
const FULL_DISK = join(import.meta.dirname, 'full-disk-child.ts');
const AT_ONCE = 2;

/** Kills a child at a random moment of its saving, then looks at what the next start finds. */
async function killOnce(how: 'edit' | 'write', path: string): Promise<void> {
  const child = spawn(process.execPath, [CHILD, how, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  // Not a wait for anything: the random moment is the point of the test.
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
  child.kill('SIGKILL');
  await once(child, 'close');
  const parsed = parseText(await read(path), path);
  expect(parsed).toMatchObject({ ok: true, raw: { version: 1, backends: {}, future: {} } });
}

test.each([
  ['write', 200],
  ['edit', 20],
] as const)(
  verifies(['CRA-01'], 'killed at random moments of "%s", %d times: old or new, never broken, never empty'),
  async (how, kills) => {
    await using dir = await createTempDir();
    const paths = Array.from({ length: AT_ONCE }, (_, index) => dir.file(String(index), 'config.json'));
    await Promise.all(
      paths.map(async (path) => {
        await put(path, GOOD);
        for (let kill = 0; kill < kills / AT_ONCE; kill += 1) await killOnce(how, path);
        using file = await open(path);
        expect(file.current().problems.filter(({ severity }) => severity === 'error')).toEqual([]);
        const saved = await file.edit(file.current().revision, [
          { path: ['gateway', 'port'], value: 65_000 },
        ]);
        expect(saved.ok).toBe(true);
      }),
    );
    const left = (await Promise.all(paths.map((path) => names(join(path, '..'))))).flat();
    expect(left.filter((name) => !/^config\.json(\.last-good)?$/.test(name))).toEqual([]);
  },
  180_000,
);

test.skipIf(process.platform === 'win32')(
  verifies(['DSK-01'], 'no room for the new file: the save fails with text, the old file is intact'),
  async () => {
    await using dir = await createTempDir();
    const path = dir.file('config.json');
    await put(path, GOOD);
    // A limit on file size answers a large write as a full disk does: with a short one, then with an error.
    const script = 'trap "" XFSZ; ulimit -f 16; exec "$0" "$@"';
    const said = execFileSync('bash', ['-c', script, process.execPath, FULL_DISK, path], {
      encoding: 'utf8',
    });
    expect(said).toContain('config.save-failed');
    expect(said).toContain('The old file is untouched');
    expect(await read(path)).toBe(GOOD);
    expect(await names(dir.path)).toEqual(['config.json', 'config.json.last-good']);
  },
);

test(
  verifies(['CRA-06'], 'a lock whose holder has gone is taken over; a living one is waited for'),
  async () => {
    await using dir = await createTempDir();
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'close');
    await writeFile(dir.file('x.lock'), `${gone.pid} some-run`);
    const order: string[] = [];
    const first = await lockFile(dir.file('x'));
    const second = lockFile(dir.file('x')).then((lock) => {
      order.push('second');
      return lock;
    });
    order.push('first done');
    await first[Symbol.asyncDispose]();
    await (await second)[Symbol.asyncDispose]();
    expect(order).toEqual(['first done', 'second']);
    expect(await names(dir.path)).toEqual([]);
  },
);

test.each([
  ['of this very process id, from another run', `${process.pid} another-run`, 0],
  ['of an id that another program has by now', `${process.ppid} a-run-before`, 31],
  ['that nobody could finish writing', '', 31],
])(verifies(['CRA-06'], 'a lock %s is stale, and taken over at once'), async (_, holder, ageSeconds) => {
  await using dir = await createTempDir();
  await writeFile(dir.file('x.lock'), holder);
  const written = Date.now() / 1_000 - ageSeconds;
  await utimes(dir.file('x.lock'), written, written);
  const mine = await lockFile(dir.file('x'));
  expect(await read(dir.file('x.lock'))).not.toBe(holder);
  await mine[Symbol.asyncDispose]();
  expect(await names(dir.path)).toEqual([]);
});
