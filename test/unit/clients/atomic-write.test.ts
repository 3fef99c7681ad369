import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { replaceFile } from '../../../electron/clients/atomic-write.ts';
import { makeHome } from './client-home.ts';

async function folderWithFile() {
  const host = await makeHome('linux');
  await mkdir(host.home, { recursive: true });
  const target = join(host.home, 'file');
  await writeFile(target, 'old');
  return { host, target };
}

test('nothing is replaced when the last look at the target says no', async () => {
  const { host, target } = await folderWithFile();
  await using _ = host;
  expect(await replaceFile(target, Buffer.from('new'), 0o600, async () => false)).toBe(false);
  expect(await readFile(target, 'utf8')).toBe('old');
  expect(await readdir(host.home)).toEqual(['file']);
});

test('an error on the way leaves the old file and no other', async () => {
  const { host, target } = await folderWithFile();
  await using _ = host;
  const failing = replaceFile(target, Buffer.from('new'), 0o600, async () => {
    throw new Error('no look');
  });
  await expect(failing).rejects.toThrow('no look');
  expect(await readFile(target, 'utf8')).toBe('old');
  expect(await readdir(host.home)).toEqual(['file']);
});

test('until the last moment the target is the old one', async () => {
  const { host, target } = await folderWithFile();
  await using _ = host;
  const done = await replaceFile(target, Buffer.from('new'), 0o644, async () => {
    expect(await readFile(target, 'utf8')).toBe('old');
    expect(await readdir(host.home)).toHaveLength(2);
    return true;
  });
  expect([done, await readFile(target, 'utf8')]).toEqual([true, 'new']);
  expect(await readdir(host.home)).toEqual(['file']);
});
