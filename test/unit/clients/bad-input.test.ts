import { execFile } from 'node:child_process';
import { chmod, link, mkdir, readdir, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { applyConnect } from '../../../electron/clients/apply.ts';
import { previewConnect } from '../../../electron/clients/preview.ts';
import { undoConnect } from '../../../electron/clients/undo.ts';
import { CURSOR, createToken, cursorHome, TOKEN, VALID } from './client-home.ts';

const run = promisify(execFile);

async function expectRefused(content: string | Buffer, reason: string, message: RegExp): Promise<void> {
  const { host, path } = await cursorHome(content);
  await using _ = host;
  expect(await previewConnect(host, CURSOR)).toMatchObject({ ok: false, problem: { reason, place: path } });
  const preview = await previewConnect(host, CURSOR);
  if (!preview.ok) expect(preview.problem.message).toMatch(message);
  expect((await readFile(path)).equals(Buffer.from(content))).toBe(true);
  expect(await readdir(dirname(path))).toEqual(['mcp.json']);
}

describe('a file that cannot be edited is left as it is', () => {
  test.each([
    ['a missing brace', '{\n  "mcpServers": {\n', /line 3, column 1/],
    ['an empty file', '', /line 1, column 1/],
    ['text behind the end', '{}\n{}\n', /line 2, column 1/],
    ['a wrong word', '{\n  "a": tru\n}', /line 2, column 8/],
  ])('%s is a parse error with its place', (_, content, message) => expectRefused(content, 'parse', message));

  test.each([
    ['a list', '[]', /not an object/],
    ['a container that is null', '{ "mcpServers": null }', /"mcpServers" is not an object/],
    ['a container that stands twice', '{ "mcpServers": {}, "mcpServers": {} }', /stands there twice/],
  ])('%s is told as a wrong shape', (_, content, message) => expectRefused(content, 'shape', message));

  test('UTF-16 is refused', () =>
    expectRefused(Buffer.from(`\uFEFF${VALID}`, 'utf16le'), 'encoding', /UTF-16/));
  test('bytes that are not UTF-8 are refused with their place', () =>
    expectRefused(Buffer.from('{"a":"\xff"}', 'latin1'), 'encoding', /byte 7/));
  test('a file over 10 MiB is refused unread', () =>
    expectRefused(Buffer.alloc(10 * 1024 * 1024 + 1, ' '), 'too-large', /10 MiB/));
  test('nesting beyond the stack is a parse error, not a crash', () =>
    expectRefused('['.repeat(200_000), 'parse', /deeply|line/));
  test("an entry of our name that is someone else's is not touched", () =>
    expectRefused(
      '{ "mcpServers": { "patchbay": { "command": "other" } } }',
      'entry-foreign',
      /does not lead to/,
    ));

  test('a read-only file is respected', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    await chmod(path, 0o444);
    expect(await previewConnect(host, CURSOR)).toMatchObject({ ok: false, problem: { reason: 'read-only' } });
    expect(await readFile(path, 'utf8')).toBe(VALID);
  });

  test('a folder, and a pipe that nobody writes to, are refused without waiting', async () => {
    for (const make of [(path: string) => mkdir(path), (path: string) => run('mkfifo', [path])]) {
      const { host, path } = await cursorHome();
      await using _ = host;
      await make(path);
      expect(await previewConnect(host, CURSOR)).toMatchObject({
        ok: false,
        problem: { reason: 'not-regular' },
      });
    }
  });

  test.skipIf(process.getuid?.() === 0)('a file without read permission is refused', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    await chmod(path, 0);
    expect(await previewConnect(host, CURSOR)).toMatchObject({
      ok: false,
      problem: { reason: 'unreadable' },
    });
  });

  test.skipIf(process.getuid?.() !== 0)("another user's file is refused", async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    await run('chown', ['12345', path]);
    expect(await previewConnect(host, CURSOR)).toMatchObject({ ok: false, problem: { reason: 'owner' } });
  });

  test.each(['circle', 'dangling'])('a %s link is refused and stays', async (kind) => {
    const { host, path } = await cursorHome();
    await using _ = host;
    await symlink(kind === 'circle' ? path : join(host.home, 'nowhere'), path);
    expect(await previewConnect(host, CURSOR)).toMatchObject({ ok: false, problem: { reason: 'symlink' } });
    expect(await readdir(dirname(path))).toEqual(['mcp.json']);
  });
});

describe('what stands between preview and write', () => {
  test('a link is followed: its target changes, the link stays', async () => {
    const { host, path } = await cursorHome();
    await using _ = host;
    const target = join(host.home, 'dotfiles.json');
    await writeFile(target, VALID, { mode: 0o604 });
    await symlink(target, path);
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    await applyConnect(host, preview.value, { createToken });
    expect(await readFile(target, 'utf8')).toContain(TOKEN);
    expect((await stat(target)).mode & 0o777).toBe(0o604);
    await undoConnect(host, 'cursor');
    expect(await readFile(target, 'utf8')).toBe(VALID);
  });

  test('a file changed since the preview is not written and no token is made', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    await writeFile(path, `${VALID} `);
    const tokens: string[] = [];
    const result = await applyConnect(host, preview.value, {
      createToken: async (client) => {
        tokens.push(client);
        return TOKEN;
      },
    });
    expect(result).toMatchObject({ written: [], problems: [{ reason: 'changed' }], tokenCreated: false });
    expect(tokens).toEqual([]);
    expect(await readFile(path, 'utf8')).toBe(`${VALID} `);
  });

  test('a file changed while the token is made is not written either', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    const result = await applyConnect(host, preview.value, {
      createToken: async () => {
        await writeFile(path, '{}');
        return TOKEN;
      },
    });
    expect(result).toMatchObject({ written: [], problems: [{ reason: 'changed' }], tokenCreated: true });
    expect(await readFile(path, 'utf8')).toBe('{}');
  });

  test('a file that appears after a preview without one is kept', async () => {
    const { host, path } = await cursorHome();
    await using _ = host;
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    expect(preview.value.files).toMatchObject([{ action: 'create', sha256: null }]);
    await writeFile(path, VALID);
    expect(await applyConnect(host, preview.value, { createToken })).toMatchObject({ written: [] });
    expect(await readFile(path, 'utf8')).toBe(VALID);
  });

  test('a token that is no token is refused without being shown', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    const result = await applyConnect(host, preview.value, { createToken: async () => 'two words\r\n' });
    expect(result).toMatchObject({ written: [], problems: [{ reason: 'token' }] });
    expect(JSON.stringify(result)).not.toContain('two words');
    expect(await readFile(path, 'utf8')).toBe(VALID);
  });

  test('a preview holds no secret of ours and masks those of others', async () => {
    const others = '{ "mcpServers": {\n  "a": { "env": { "API_KEY": "hidden-value" } }\n} }\n';
    const { host } = await cursorHome(others);
    await using _ = host;
    const preview = JSON.stringify(await previewConnect(host, CURSOR));
    expect(preview).not.toContain('hidden-value');
    expect(preview).toContain('Bearer <token>');
  });

  test('a hard link and a second entry that leads to us are told beforehand', async () => {
    const { host, path } = await cursorHome(
      `{ "mcpServers": { "gate": { "url": "http://localhost:4780/mcp" } } }`,
    );
    await using _ = host;
    await link(path, join(host.home, 'second'));
    const preview = await previewConnect(host, CURSOR);
    const reasons = preview.ok ? preview.value.problems.map((problem) => problem.reason) : [];
    expect(reasons).toEqual(['entry-twice', 'hard-link']);
  });

  test('a file that everybody can read is told beforehand and keeps its mode; behind a closed folder it is not', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    await chmod(path, 0o644);
    const reasonsNow = async (): Promise<string[] | undefined> => {
      const preview = await previewConnect(host, CURSOR);
      return preview.ok ? preview.value.problems.map(({ reason }) => reason) : undefined;
    };
    expect(await reasonsNow()).toEqual([]);
    // The test's own folder is private, as most homes are.
    await chmod(dirname(host.home), 0o755);
    expect(await reasonsNow()).toEqual(['open-to-others']);
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    await applyConnect(host, preview.value, { createToken });
    expect((await stat(path)).mode & 0o777).toBe(0o644);
    await chmod(path, 0o600);
    expect(await reasonsNow()).toEqual([]);
  });

  test('a private copy left behind by a crash is cleared by the next write', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    const stale = join(dirname(path), '.mcp.json.patchbay-0123456789ab.tmp');
    await writeFile(stale, 'half');
    await utimes(stale, 1, 1);
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    await applyConnect(host, preview.value, { createToken });
    expect(await readdir(dirname(path))).toEqual(['mcp.json']);
  });
});
