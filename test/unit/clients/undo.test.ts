import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyConnect } from '../../../electron/clients/apply.ts';
import { listClients } from '../../../electron/clients/detect.ts';
import { previewConnect } from '../../../electron/clients/preview.ts';
import { undoConnect } from '../../../electron/clients/undo.ts';
import {
  BRIDGE,
  CURSOR,
  createToken,
  cursorHome,
  makeHome,
  TOKEN,
  URL_OF_OURS,
  VALID,
} from './client-home.ts';

describe('creating and taking back', () => {
  test('nothing is created for a client that is not installed', async () => {
    await using host = await makeHome('linux');
    await mkdir(host.home, { recursive: true });
    for (const { id, kind } of await listClients(host, { url: URL_OF_OURS })) {
      const reason = kind === 'copy' ? 'copy-only' : 'not-installed';
      const request = { clientId: id, url: URL_OF_OURS, bridge: BRIDGE };
      expect(await previewConnect(host, request)).toMatchObject({ ok: false, problem: { reason } });
    }
    expect(await readdir(host.home)).toEqual([]);
  });

  test('an unknown client is told', async () => {
    await using host = await makeHome('linux');
    expect(await previewConnect(host, { ...CURSOR, clientId: 'nobody' })).toMatchObject({
      problem: { reason: 'unknown' },
    });
    expect(await undoConnect(host, 'nobody')).toMatchObject({ problems: [{ reason: 'unknown' }] });
  });

  test('a created file is private, and undo deletes it with the folders made for it', async () => {
    await using host = await makeHome('darwin');
    await mkdir(join(host.home, '.kiro'), { recursive: true });
    const preview = await previewConnect(host, { ...CURSOR, clientId: 'kiro' });
    if (!preview.ok) throw new Error(preview.problem.message);
    await applyConnect(host, preview.value, { createToken });
    const path = join(host.home, '.kiro/settings/mcp.json');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await undoConnect(host, 'kiro')).toMatchObject({ undone: [{ path, how: 'deleted' }] });
    expect(await readdir(join(host.home, '.kiro'))).toEqual([]);
  });

  test('undo after two connections leads back to before the first', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    for (const token of ['first-token', 'second-token']) {
      const preview = await previewConnect(host, CURSOR);
      if (!preview.ok) throw new Error(preview.problem.message);
      await applyConnect(host, preview.value, { createToken: async () => token });
    }
    expect(await readFile(path, 'utf8')).toContain('second-token');
    expect(await undoConnect(host, 'cursor')).toMatchObject({ undone: [{ how: 'restored' }] });
    expect(await readFile(path, 'utf8')).toBe(VALID);
    expect(await undoConnect(host, 'cursor')).toMatchObject({
      undone: [],
      problems: [{ reason: 'nothing-to-undo' }],
    });
  });

  test('undo of a changed file that no longer parses writes nothing', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    await applyConnect(host, preview.value, { createToken });
    const broken = `${await readFile(path, 'utf8')}{`;
    await writeFile(path, broken);
    expect(await undoConnect(host, 'cursor')).toMatchObject({ undone: [], problems: [{ reason: 'parse' }] });
    expect(await readFile(path, 'utf8')).toBe(broken);
  });

  test('undo works from the file alone when our own records are gone', async () => {
    const { host, path } = await cursorHome(VALID);
    await using _ = host;
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    await applyConnect(host, preview.value, { createToken });
    await rm(host.stateDirectory, { recursive: true });
    expect(await undoConnect(host, 'cursor')).toMatchObject({ undone: [{ how: 'removed' }] });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ mcpServers: {} });
  });

  test('backups and records are private', async () => {
    const { host } = await cursorHome(VALID);
    await using _ = host;
    const preview = await previewConnect(host, CURSOR);
    if (!preview.ok) throw new Error(preview.problem.message);
    const result = await applyConnect(host, preview.value, { createToken });
    const backup = result.written[0]?.backup ?? '';
    expect(await readFile(backup, 'utf8')).toBe(VALID);
    expect((await stat(backup)).mode & 0o777).toBe(0o600);
    expect((await stat(dirname(backup))).mode & 0o777).toBe(0o700);
    const record = await readFile(backup.replace(/bak$/, 'json'), 'utf8');
    expect(record).not.toContain(TOKEN);
  });
});
