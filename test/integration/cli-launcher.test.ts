import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LEAN_FLAGS } from '../../electron/headless/lean-node.ts';
import { startScript } from '../support/processes.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const PROGRAM = join(ROOT, 'electron', 'headless', 'main.ts');
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

test('Node gets the same flags, whichever way the program is started', async () => {
  const [byName = ''] = (await readFile(LAUNCHER, 'utf8')).split('\n');
  const launch = await readFile(join(ROOT, 'bin', 'launch.mjs'), 'utf8');
  const [, flags = ''] = /^const FLAGS = \[(.*)\];$/m.exec(launch) ?? [];
  expect(byName).toBe(`#!/usr/bin/env -S node ${LEAN_FLAGS.join(' ')}`);
  expect(flags.replaceAll(/[',]/g, '')).toBe(LEAN_FLAGS.join(' '));
});

test.skipIf(process.execve === undefined)(
  'started by hand it takes them itself, as the same process',
  async () => {
    await using dir = await createTempDir();
    const serve = ['serve', '--demo', '--json', '--port', '0'];
    await using running = await startScript(PROGRAM, serve, { env: { HOME: dir.path } });
    expect(running.ready.pid).toBe(running.pid);
    expect(commandLine(running.pid)).toContain(`${LEAN_FLAGS.join(' ')} ${PROGRAM} ${serve.join(' ')}`);
    const [flag = ''] = LEAN_FLAGS;
    const ownFlag = flag.replace(/\d+$/, '16');
    await using told = await startScript(PROGRAM, serve, { env: { HOME: dir.path }, nodeFlags: [ownFlag] });
    expect(commandLine(told.pid)).toContain(` ${ownFlag} ${PROGRAM}`);
  },
);

function commandLine(pid: number): string {
  return execFileSync('ps', ['-ww', '-o', 'args=', '-p', String(pid)], { encoding: 'utf8' });
}

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
