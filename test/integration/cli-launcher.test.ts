import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const LAUNCHER = join(ROOT, 'bin', 'patchbay.mjs');

/** This Node, and the machine's own where it is an older one: the launcher then starts a child. */
const NODES = [['this Node', process.execPath] as const, ...olderNode()];

function olderNode(): readonly (readonly [string, string])[] {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'node');
    if (folder.includes('node_modules') || !existsSync(path)) continue;
    const major = Number.parseInt(
      execFileSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }),
      10,
    );
    if (major >= 20 && major < 24) return [[`Node ${major}`, path]];
  }
  return [];
}

test('Node gets the same flags, whether the program is started by its name or by the launcher', async () => {
  const [byName = ''] = (await readFile(LAUNCHER, 'utf8')).split('\n');
  const launch = await readFile(join(ROOT, 'bin', 'launch.mjs'), 'utf8');
  const [, flags = ''] = /^const FLAGS = \[(.*)\];$/m.exec(launch) ?? [];
  expect(byName).toBe(`#!/usr/bin/env -S node ${flags.replaceAll(/[',]/g, '')}`);
});

describe.each(NODES)('bin/patchbay.mjs on %s', (_, node) => {
  async function serve(home: string) {
    await mkdir(join(home, 'tmp'), { recursive: true });
    const child = spawn(node, [LAUNCHER, 'serve', '--demo', '--json', '--port', '0'], {
      env: { PATH: process.env.PATH ?? '', HOME: home, TMPDIR: join(home, 'tmp') },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    return { child, ready: JSON.parse(String(line)) as { pid: number; url: string } };
  }

  test('answers, passes SIGTERM on, and ends with its exit code', async () => {
    await using dir = await createTempDir();
    const { child, ready } = await serve(dir.path);
    expect((await fetch(ready.url, { method: 'POST' })).status).toBeGreaterThanOrEqual(400);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(await readdir(dir.file('tmp'))).toEqual([]);
  });

  test('nothing stays behind when it is killed', async () => {
    await using dir = await createTempDir();
    const { child, ready } = await serve(dir.path);
    child.kill('SIGKILL');
    await until(() => !isAlive(ready.pid), 'the end of the gateway');
  });

  test('passes wrong usage through', async () => {
    await using dir = await createTempDir();
    const child = spawn(node, [LAUNCHER, 'sing'], { env: { HOME: dir.path }, stdio: 'ignore' });
    expect(await once(child, 'exit')).toEqual([2, null]);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
