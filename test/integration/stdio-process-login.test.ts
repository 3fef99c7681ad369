import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLoginEnvironment } from '../../electron/backends/stdio/login-environment.ts';
import { verifies } from '../requirements/verifies.ts';
import { allEnded } from './stdio-process.support.ts';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'login-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A stand-in for a shell: runs `before`, then what it was asked for as `-ilc COMMAND`. */
function shell(name: string, before: string): string {
  const file = join(folder, name);
  writeFileSync(file, `#!/bin/sh\n${before}\neval "$2"\n`, { mode: 0o755 });
  return file;
}

function read(path: string): string {
  return readFileSync(join(folder, path), 'utf8');
}

test(verifies(['STD-01', 'STD-09'], 'reads what the start files set, whatever else they print'), async () => {
  const startFiles = `echo "Welcome, A=B"; export FROM_START_FILE='two
lines' PATH=/from/start/file:/usr/bin:/bin; export SAW="$PATCHBAY_TOKEN"`;
  const environment = createLoginEnvironment({
    shell: shell('friendly', startFiles),
    processVariables: { PATH: '/usr/bin:/bin:/only/ours', HOME: folder, PATCHBAY_TOKEN: 'canary' },
  });
  const { variables, source, note } = await environment();
  expect({ source, note }).toEqual({ source: 'login-shell', note: undefined });
  expect(variables).toMatchObject({
    FROM_START_FILE: 'two\nlines',
    HOME: folder,
    PATH: '/from/start/file:/usr/bin:/bin:/only/ours',
    SAW: '',
  });
  expect(JSON.stringify(variables)).not.toContain('canary');
});

test(verifies(['STD-01'], 'works with bash as an interactive login shell'), async () => {
  writeFileSync(join(folder, '.bash_profile'), 'export FROM_PROFILE=yes\n');
  const environment = createLoginEnvironment({
    shell: '/bin/bash',
    processVariables: { PATH: '/usr/bin:/bin', HOME: folder },
  });
  expect((await environment()).variables).toMatchObject({ FROM_PROFILE: 'yes' });
});

test(verifies(['STD-01'], 'asks at the first call, once for all callers'), async () => {
  const calls = join(folder, 'calls');
  writeFileSync(calls, '');
  const environment = createLoginEnvironment({ shell: shell('counting', `echo call >> ${calls}`) });
  expect(read('calls')).toBe('');
  const [one, two] = await Promise.all([environment(), environment()]);
  expect(await environment()).toBe(one);
  expect(two).toBe(one);
  expect(read('calls')).toBe('call\n');
});

test(
  verifies(['STD-01'], 'falls back with a note when the shell hangs, and leaves nothing behind'),
  async () => {
    const hanging = shell(
      'hanging',
      `trap '' TERM; echo $$ > ${folder}/pids; sleep 1000 & echo $! >> ${folder}/pids; wait`,
    );
    const processVariables = { PATH: '/usr/bin:/bin' };
    const environment = createLoginEnvironment({
      shell: hanging,
      timeoutMs: 500,
      processVariables,
    });
    expect(await environment()).toEqual({
      variables: processVariables,
      source: 'process',
      note: `The environment of the login shell ${hanging} could not be read (no answer within 500 ms); the app's own is used.`,
    });
    const pids = read('pids').trim().split('\n').map(Number);
    expect(pids).toHaveLength(2);
    await allEnded(pids);
  },
);

test(verifies(['STD-01'], 'falls back with a note when the shell refuses or is not there'), async () => {
  const notes = [shell('refusing', 'exit 1'), '/nowhere/shell'].map(async (file) => {
    const { source, note } = await createLoginEnvironment({ shell: file })();
    return [source, /\((.*)\)/.exec(note ?? '')?.[1]];
  });
  expect(await Promise.all(notes)).toEqual([
    ['process', 'it ended with code 1 and no answer'],
    ['process', 'ENOENT'],
  ]);
});

test(verifies(['STD-01'], 'takes the environment of the process on Windows'), async () => {
  const processVariables = { Path: 'C:\\bin' };
  const environment = createLoginEnvironment({
    platform: 'win32',
    processVariables,
    shell: '/nowhere/shell',
  });
  expect(await environment()).toEqual({ variables: processVariables, source: 'process' });
});
