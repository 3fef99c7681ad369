import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FileKind, resolveCommand } from '../../../electron/backends/stdio/resolve-command.ts';
import { verifies } from '../../requirements/verifies.ts';

let root = '';

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'resolve-'));
  for (const folder of ['first', 'second', 'second/tool-folder']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'first', 'tool'), '', { mode: 0o644 });
  writeFileSync(join(root, 'second', 'tool'), '', { mode: 0o755 });
  writeFileSync(join(root, 'first', 'plain'), '', { mode: 0o644 });
});

afterAll(() => rmSync(root, { recursive: true }));

function resolve(command: string) {
  const path = `${root}/first::${root}/second:${root}/first`;
  const result = resolveCommand(command, { path, cwd: root, platform: 'linux' });
  return JSON.parse(JSON.stringify(result).replaceAll(root, ''));
}

test(verifies(['STD-01'], 'finds the first executable in the PATH'), () => {
  expect(resolve('tool')).toEqual({ found: '/second/tool' });
  expect(resolve('./second/tool')).toEqual({ found: '/second/tool' });
  expect(resolve(`${root}/second/tool`)).toEqual({ found: '/second/tool' });
});

test(verifies(['STD-01'], 'says where it looked, and what stood in the way'), () => {
  const lookedIn = ['/first', '/second'];
  expect(resolve('npx')).toEqual({
    lookedIn,
    reason: "npx was not found in the login shell's PATH. Looked in /first, /second.",
  });
  expect(resolve('plain').reason).toContain('/first/plain is not executable.');
  expect(resolve('tool-folder').reason).toContain('/second/tool-folder is a folder, not a program.');
  expect(resolve('./first/plain').reason).toBe(
    './first/plain cannot be started: /first/plain is not executable.',
  );
  expect(resolve('./absent').reason).toBe('./absent cannot be started: /absent does not exist.');
  expect(resolve('~/tool').reason).toContain('"~" is not expanded');
  expect(resolve('').reason).toBe('The command is empty.');
});

test(verifies(['STD-01'], 'tries the extensions of PATHEXT on Windows'), () => {
  const files: Record<string, FileKind> = {
    'C:\\node\\npx.cmd': 'executable',
    'C:\\tools\\run.exe': 'executable',
  };
  const search = {
    path: 'C:\\empty;C:\\node;C:\\tools',
    cwd: 'C:\\work',
    platform: 'win32',
    pathExtensions: '.exe;.cmd',
    inspect: (file: string) => files[file] ?? 'absent',
  } as const;
  expect(resolveCommand('npx', search)).toEqual({ found: 'C:\\node\\npx.cmd' });
  expect(resolveCommand('C:\\tools\\run', search)).toEqual({ found: 'C:\\tools\\run.exe' });
  expect(resolveCommand('npx.EXE', search).reason).toContain('was not found');
});
