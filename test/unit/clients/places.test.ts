import { mkdir, readFile, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyConnect } from '../../../electron/clients/apply.ts';
import { listClients } from '../../../electron/clients/detect.ts';
import { previewConnect } from '../../../electron/clients/preview.ts';
import { BRIDGE, createToken, cursorHome, makeHome, TOKEN, URL_OF_OURS } from './client-home.ts';

describe('several files of one client', () => {
  async function windowsClaude() {
    const host = await makeHome('win32');
    const old = join(host.home, 'AppData/Roaming/Claude/claude_desktop_config.json');
    const packaged = (name: string): string =>
      join(host.home, 'AppData/Local/Packages', name, 'LocalCache/Roaming/Claude/claude_desktop_config.json');
    const put = async (path: string, content = '{}\n'): Promise<void> => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, content);
    };
    return { host, old, packaged, put };
  }
  const CLAUDE = { clientId: 'claude-desktop', url: URL_OF_OURS, bridge: BRIDGE };

  test('the packaged and the older Claude Desktop are both written, with one token', async () => {
    const { host, old, packaged, put } = await windowsClaude();
    await using _ = host;
    await put(old);
    await put(packaged('Claude_new'));
    const preview = await previewConnect(host, CLAUDE);
    if (!preview.ok) throw new Error(preview.problem.message);
    let tokens = 0;
    const result = await applyConnect(host, preview.value, { createToken: async () => `pb_${++tokens}` });
    expect(result.written.map((file) => file.path)).toEqual([packaged('Claude_new'), old]);
    expect(tokens).toBe(1);
  });

  test('of several packages the newest with a file counts', async () => {
    const { host, packaged, put } = await windowsClaude();
    await using _ = host;
    for (const name of ['Claude_a', 'Claude_b', 'Claude_c']) await put(packaged(name));
    await rm(packaged('Claude_c'));
    const folder = (name: string): string => join(host.home, 'AppData/Local/Packages', name);
    await utimes(folder('Claude_a'), 100, 100);
    await utimes(folder('Claude_b'), 200, 200);
    await utimes(folder('Claude_c'), 300, 300);
    const preview = await previewConnect(host, CLAUDE);
    expect(preview.ok && preview.value.files.map((file) => file.path)).toEqual([packaged('Claude_b')]);
  });

  test('one broken file does not stop the other', async () => {
    const { host, old, packaged, put } = await windowsClaude();
    await using _ = host;
    await put(old, '{');
    await put(packaged('Claude_new'));
    const preview = await previewConnect(host, CLAUDE);
    if (!preview.ok) throw new Error(preview.problem.message);
    expect(preview.value.problems).toMatchObject([{ reason: 'parse', place: old }]);
    expect(await applyConnect(host, preview.value, { createToken })).toMatchObject({
      written: [{ path: packaged('Claude_new') }],
    });
    expect(await readFile(old, 'utf8')).toBe('{');
  });
});

describe('where a client looks', () => {
  test.each([
    ['claude-code', 'CLAUDE_CONFIG_DIR', '.claude.json'],
    ['codex', 'CODEX_HOME', 'config.toml'],
    ['cline-cli', 'CLINE_DIR', 'data/settings/cline_mcp_settings.json'],
    ['zed', 'XDG_CONFIG_HOME', 'zed/settings.json'],
  ])('%s follows %s and the usual place is left alone', async (clientId, variable, file) => {
    await using home = await makeHome('linux');
    const folder = join(home.home, 'elsewhere');
    const host = { ...home, env: { [variable]: folder } };
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await mkdir(join(home.home, '.codex'), { recursive: true });
    await writeFile(join(home.home, '.codex/config.toml'), '');
    const preview = await previewConnect(host, { clientId, url: URL_OF_OURS });
    expect(preview.ok && preview.value.files.map((one) => one.path)).toEqual([join(folder, file)]);
  });

  test('a relative folder in the environment is not followed', async () => {
    await using home = await makeHome('linux');
    await mkdir(join(home.home, '.config/zed'), { recursive: true });
    const preview = await previewConnect(
      { ...home, env: { XDG_CONFIG_HOME: 'config' } },
      { clientId: 'zed', url: URL_OF_OURS },
    );
    expect(preview.ok && preview.value.files[0]?.path).toBe(join(home.home, '.config/zed/settings.json'));
  });

  test('listing tells a broken file of one client and still lists the others', async () => {
    const { host, path } = await cursorHome('{');
    await using _ = host;
    await mkdir(join(host.home, '.codex'));
    await writeFile(
      join(host.home, '.codex/config.toml'),
      '[mcp_servers.patchbay]\nurl = "http://127.0.0.1:9/mcp"\n',
    );
    const listed = await listClients(host, { url: URL_OF_OURS });
    const found = Object.fromEntries(
      listed.filter((one) => one.installed).map((one) => [one.id, one.connection]),
    );
    expect(found).toEqual({ cursor: 'unreadable', codex: 'elsewhere' });
    expect(listed.find((one) => one.id === 'cursor')?.problems).toMatchObject([
      { reason: 'parse', place: path },
    ]);
    await rename(path, `${path}.old`);
  });

  test('Claude Desktop needs the bridge, and no token reaches an argument or an address', async () => {
    await using host = await makeHome('linux');
    await mkdir(join(host.home, '.config/Claude'), { recursive: true });
    const request = { clientId: 'claude-desktop', url: URL_OF_OURS };
    expect(await previewConnect(host, request)).toMatchObject({
      ok: false,
      problem: { reason: 'bridge-needed' },
    });
    const preview = await previewConnect(host, { ...request, bridge: BRIDGE });
    if (!preview.ok) throw new Error(preview.problem.message);
    await applyConnect(host, preview.value, { createToken });
    const file = JSON.parse(
      await readFile(join(host.home, '.config/Claude/claude_desktop_config.json'), 'utf8'),
    );
    expect(file.mcpServers.patchbay).toEqual({
      ...BRIDGE,
      env: { PATCHBAY_URL: URL_OF_OURS, PATCHBAY_TOKEN: TOKEN },
    });
  });

  test('what a client cannot do is told before confirming', async () => {
    await using host = await makeHome('linux');
    await mkdir(join(host.home, '.config/zed'), { recursive: true });
    await mkdir(join(host.home, '.claude'), { recursive: true });
    await writeFile(join(host.home, '.claude.json'), '{\n  // by hand\n}\n');
    const reasons = async (clientId: string): Promise<readonly string[]> => {
      const preview = await previewConnect(host, { clientId, url: URL_OF_OURS, headerNames: ['X-Tenant'] });
      return preview.ok ? preview.value.problems.map((problem) => problem.reason) : [preview.problem.reason];
    };
    expect(await reasons('zed')).toEqual(['header-not-sent']);
    expect(await reasons('claude-code')).toEqual(['comments']);
  });
});
