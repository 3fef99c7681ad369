import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { buildChildEnvironment } from '../../electron/backends/stdio/child-environment.ts';
import { Secret } from '../../electron/secrets/secret.ts';
import { verifies } from '../requirements/verifies.ts';
import { until } from '../support/until.ts';
import { allEnded, type Observed, observe } from './stdio-process.support.ts';

const started: Observed[] = [];

function start(...args: Parameters<typeof observe>): Observed {
  const observed = observe(...args);
  started.push(observed);
  return observed;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map(({ child }) => child.stop()));
});

describe('starting', () => {
  test(verifies(['STD-02'], 'passes arguments on literally'), async () => {
    const args = [
      '; rm -rf /tmp/x',
      '$(id)',
      '`id`',
      '%PATH%',
      '"quoted" \'twice\'',
      'two\nlines',
      '',
      '*',
      '-- -e',
    ];
    expect((await start('show.mjs', args).firstLine()).args).toEqual(args);
  });

  test(verifies(['STD-09'], 'gives the child its own environment and nothing of ours'), async () => {
    process.env.PATCHBAY_CANARY = 'canary';
    process.env.OTHER_BACKEND_TOKEN = 'canary';
    const built = buildChildEnvironment({
      login: process.env,
      own: { LOG: 'warn' },
      secrets: { TOKEN: new Secret('mine') },
      fromHeaders: {},
      platform: process.platform,
    });
    if (!built.ok) throw new Error(built.reason);
    const seen = JSON.stringify((await start('show.mjs', [], { env: built.env }).firstLine()).env);
    delete process.env.PATCHBAY_CANARY;
    delete process.env.OTHER_BACKEND_TOKEN;
    expect(JSON.parse(seen)).toMatchObject({ LOG: 'warn', TOKEN: 'mine', PATH: process.env.PATH });
    expect(seen).not.toMatch(/canary|PATCHBAY_/i);
    expect(JSON.parse(seen)).toEqual(built.env);
  });

  test(verifies(['STD-09'], 'adds nothing to an empty environment'), async () => {
    expect((await start('show.mjs').firstLine()).env).toEqual({});
  });

  test(verifies(['STD-01'], 'says what cannot be started, and where it was looked for'), async () => {
    const folder = mkdtempSync(join(tmpdir(), 'start-'));
    const file = join(folder, 'plain');
    writeFileSync(file, '#!/bin/sh\n', { mode: 0o644 });
    const attempts = {
      absent: start('', [], { command: 'npx-of-nowhere', env: { PATH: '/usr/bin:/bin' } }),
      file: start('', [], { command: file }),
      folder: start('', [], { command: folder }),
      cwd: start('show.mjs', [], { cwd: join(folder, 'nowhere') }),
      argument: start('show.mjs', ['zero\0byte']),
      interpreter: start('', [], { command: script(folder, 'lost', '#!/nowhere/interpreter\n') }),
    };
    const messages: Record<string, string> = {};
    for (const [name, attempt] of Object.entries(attempts)) {
      const info = await attempt.exited();
      expect([info.reason, attempt.child.pid, attempt.child.write(Buffer.from('x'))]).toEqual([
        'cannot-start',
        undefined,
        false,
      ]);
      messages[name] = info.message.replaceAll(folder, 'FOLDER').replaceAll(process.execPath, 'node');
    }
    rmSync(folder, { recursive: true });
    expect(messages).toEqual({
      absent:
        'Backend "tested" cannot start. npx-of-nowhere was not found in the login shell\'s PATH. Looked in /usr/bin, /bin.',
      file: 'Backend "tested" cannot start. FOLDER/plain cannot be started: FOLDER/plain is not executable.',
      folder: 'Backend "tested" cannot start. FOLDER cannot be started: FOLDER is a folder, not a program.',
      cwd: 'Backend "tested" cannot start. Its working folder FOLDER/nowhere does not exist.',
      argument: 'Backend "tested" cannot start. node cannot be started (ERR_INVALID_ARG_VALUE).',
      interpreter: 'Backend "tested" cannot start. FOLDER/lost cannot be started (ENOENT).',
    });
  });
});

describe('talking', () => {
  test(verifies(['STD-06'], 'carries many lines in order, large ones too'), async () => {
    const observed = start('show.mjs');
    await observed.firstLine();
    const sent = Array.from(
      { length: 2_000 },
      (_, index) => `${index} ü ${'x'.repeat(index % 500 === 0 ? 500_000 : 20)}`,
    );
    for (const line of sent) expect(observed.child.write(Buffer.from(line))).toBe(true);
    await until(() => observed.lines.length > sent.length, 'all lines', 10_000);
    expect(observed.lines.slice(1)).toEqual(sent);
  });

  test(verifies(['STD-06'], 'refuses lines once 16 MiB wait for a child that never reads'), async () => {
    const deaf = start('deaf.mjs');
    const other = start('show.mjs');
    await Promise.all([deaf.firstLine(), other.firstLine()]);
    const line = Buffer.alloc(64 * 1024 - 1, 'x');
    let taken = 0;
    while (deaf.child.write(line)) taken += 1;
    expect(taken).toBe(256);
    other.child.write(Buffer.from('still here'));
    await until(() => other.lines[1] === 'still here', 'the answer of the other backend');
    expect(deaf.child.write(Buffer.alloc(1024 * 1024))).toBe(false);
  });

  test(verifies(['STD-04'], 'hands on banners and messages as lines'), async () => {
    const { lines } = start('chatter.mjs', ['3']);
    await until(() => lines.length === 5, 'five lines');
    expect(lines).toEqual([
      '\u001b[32mStarting up\u001b[0m',
      '',
      'progress 1',
      'progress 2',
      '{"jsonrpc":"2.0","method":"notifications/message"}',
    ]);
  });
});

describe('ending unasked', () => {
  test(
    verifies(
      ['STD-03'],
      'reports a crash within a second, the last line first, though an orphan holds stdout',
    ),
    async () => {
      const observed = start('crash.mjs');
      const { orphan } = await observed.firstLine();
      const begin = performance.now();
      observed.child.write(Buffer.from('go'));
      const info = await observed.exited();
      expect(performance.now() - begin).toBeLessThan(1_000);
      expect(observed.lines[1]).toBe('{"last":"line"}');
      expect(info).toMatchObject({ code: 3, signal: null, reason: 'exit' });
      expect(info.message).toMatch(/^The process .*node of backend "tested" ended with exit code 3\.$/);
      await allEnded([orphan as number]);
      expect(observed.child.write(Buffer.from('late'))).toBe(false);
    },
  );

  test(verifies(['STD-03'], 'ends a child that closes its stdin and so can no longer be asked'), async () => {
    const observed = start('closes-stdin.mjs');
    await observed.firstLine();
    await until(() => !observed.child.write(Buffer.from('hello')), 'a refused line');
    expect((await observed.exited()).reason).toBe('exit');
  });
});

function script(folder: string, name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text, { mode: 0o755 });
  return file;
}
