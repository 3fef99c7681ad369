import { EventEmitter } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { launch as Launch } from '../../../electron/backends/stdio/launch.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createTempDir } from '../../support/temp-dir.ts';

const real = Object.getOwnPropertyDescriptor(process, 'platform') as PropertyDescriptor;
const spawn = vi.spyOn(createRequire(import.meta.url)('node:child_process'), 'spawn');
let found = '';
let launch: typeof Launch;

vi.mock('../../../electron/backends/stdio/resolve-command.ts', () => ({
  resolveCommand: () => ({ found }),
}));

beforeAll(async () => {
  // What starts programs asks once, when it is loaded, where it is.
  Object.defineProperty(process, 'platform', { value: 'win32' });
  vi.stubEnv('comspec', 'C:\\Windows\\cmd.exe').stubEnv('PATHEXT', '.EXE;.CMD');
  ({ launch } = await import('../../../electron/backends/stdio/launch.ts'));
});
beforeEach(() => {
  spawn.mockReset().mockReturnValue(new EventEmitter());
});
afterAll(() => {
  Object.defineProperty(process, 'platform', real);
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** What the system is asked to start: program, arguments and options. */
function started(file: string, args: readonly string[]): [string, string[], object] {
  found = file;
  expect(launch({ command: file, args, env: {} })).toBeInstanceOf(EventEmitter);
  return spawn.mock.calls[0] as [string, string[], object];
}

test(verifies(['STD-02'], 'on Windows a program gets its arguments as they are, by no shell'), async () => {
  await using folder = await createTempDir();
  const file = folder.file('run.exe');
  writeFileSync(file, '', { mode: 0o755 });
  const odd = ['; rm -rf', '$(x)', '%PATH%', '"quoted"', 'two\nlines', '&calc'];
  const [command, args, options] = started(file, odd);
  expect([command, args]).toEqual([file, odd]);
  expect(options).toMatchObject({ shell: false, detached: false });
  expect(options).not.toHaveProperty('windowsVerbatimArguments', true);
});

test.each([
  ['npx.cmd', '& calc', '^"^&^ calc^"'],
  ['npx.cmd', '%PATH%', '^"^%PATH^%^"'],
  ['run.BAT', '{"a":1}', '^"{\\^"a\\^":1}^"'],
  ['run.bat', '$(x)|y>z', '^"$^(x^)^|y^>z^"'],
])(
  verifies(
    ['STD-02'],
    'on Windows the batch file %s gets %j with each sign escaped that cmd.exe would act on',
  ),
  (file, arg, escaped) => {
    const [command, args, options] = started(`C:\\tools\\${file}`, [arg]);
    expect(command).toBe('C:\\Windows\\cmd.exe');
    expect(args).toEqual(['/d', '/s', '/c', `"C:\\tools\\${file} ${escaped}"`]);
    expect(options).toMatchObject({ shell: false, windowsVerbatimArguments: true });
  },
);

test.each([
  ['npx.cmd', 'two\nlines'],
  ['npx.bat', 'a\rb'],
  ['npx.cmd', 'a\0b'],
  ['npx.js', 'a\nb'],
  // The file's own line is read again with what it was given, and a quote in it ends the quotes around it (BatBadBut).
  ['npx.cmd', 'a" & calc & "'],
  ['run.bat', '{"u":"http://x/?a=1|b"}'],
  ['run.bat', '">x'],
])(
  verifies(['STD-02'], 'on Windows %s with the argument %j is refused: there is no safe escape'),
  (file, arg) => {
    found = `C:\\tools\\${file}`;
    expect(launch({ command: 'npx', args: ['-y', arg], env: {} })).toContain('npx is started by cmd.exe');
    expect(spawn).not.toHaveBeenCalled();
  },
);
