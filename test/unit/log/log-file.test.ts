import { mkdir, readdir, readFile, rmdir, stat, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { createLogFile } from '../../../electron/log/log-file.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

test(verifies(['DSK-03'], 'five files of the given size at most, each closed to others'), async () => {
  await using dir = await createTempDir();
  const file = createLogFile({ folder: dir.file('state'), size: '16K' });
  const line = `${'x'.repeat(1023)}\n`;
  for (let round = 0; round < 20; round += 1) {
    for (let count = 0; count < 10; count += 1) file.write(line);
    // The stream writes what waits in one go; a rotation of its own needs the round before to be on disk.
    await until(async () => ((await total(dir.file('state'))) ?? 0) % 1024 === 1);
  }
  await file.close();
  const names = await readdir(dir.file('state'));
  expect(names.length).toBeLessThanOrEqual(5);
  expect(names).toContain('patchbay.log');
  for (const name of names) {
    const { mode, size } = await stat(dir.file('state', name));
    expect(size).toBeLessThanOrEqual(32 * 1024);
    expect((mode & 0o777).toString(8)).toBe('600');
  }
});

test(
  verifies(['DSK-01'], 'a disk that does not take lines: dropped and counted, no crash, tried again'),
  async () => {
    await using dir = await createTempDir();
    let time = 0;
    // A folder where the file should be: every open fails.
    await mkdir(dir.file('state', 'patchbay.log'), { recursive: true });
    const file = createLogFile({ folder: dir.file('state'), clock: () => time });
    file.write('first\n');
    await until(() => {
      file.write('lost\n');
      time += 1_000;
      return time > 100_000;
    });
    await rmdir(dir.file('state', 'patchbay.log'));
    await until(async () => {
      time += 31_000;
      file.write('after\n');
      return (await readFile(dir.file('state', 'patchbay.log'), 'utf8').catch(() => '')).includes('after');
    });
    await file.close();
    const text = await readFile(dir.file('state', 'patchbay.log'), 'utf8');
    expect(text).toMatch(/"message":"Lines are missing before this one.*"count":\d+/);
  },
);

test('a folder that cannot be made does not matter', async () => {
  await using dir = await createTempDir();
  await writeFile(dir.file('state'), 'a file');
  const file = createLogFile({ folder: dir.file('state', 'logs') });
  expect(() => file.write('line\n')).not.toThrow();
  await file.close();
});

/** Undefined while a rotation moves files about. */
async function total(folder: string): Promise<number | undefined> {
  const names = await readdir(folder);
  const found = await Promise.all(names.map((name) => stat(`${folder}/${name}`).catch(() => undefined)));
  return found.reduce<number | undefined>((sum, one) => sum && one && sum + one.size, 1);
}
