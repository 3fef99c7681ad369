import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyConnect } from '../../../electron/clients/apply.ts';
import { listClients } from '../../../electron/clients/detect.ts';
import { previewConnect } from '../../../electron/clients/preview.ts';
import { previewUndo, undoConnect } from '../../../electron/clients/undo.ts';
import {
  BRIDGE,
  extensionOf,
  FILES,
  fixture,
  makeHome,
  PLATFORMS,
  TOKEN,
  URL_OF_OURS,
} from './client-home.ts';

const CASES = Object.keys(FILES).flatMap((client) => PLATFORMS.map((platform) => ({ client, platform })));
const createToken = async (): Promise<string> => TOKEN;

describe.each(CASES)('$client on $platform', ({ client, platform }) => {
  async function install() {
    const host = await makeHome(platform);
    const path = join(host.home, FILES[client]?.[platform] ?? '');
    const before = await readFile(fixture(client, platform, 'before'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, before, { mode: 0o640 });
    return { host, path, before };
  }

  async function connect(host: Awaited<ReturnType<typeof makeHome>>) {
    const request = { clientId: client, url: URL_OF_OURS, bridge: BRIDGE, headerNames: ['X-Tenant'] };
    const preview = await previewConnect(host, request);
    if (!preview.ok) throw new Error(preview.problem.message);
    return await applyConnect(host, preview.value, { createToken });
  }

  test('gets our entry and keeps every other byte and the mode bits', async () => {
    const { host, path } = await install();
    await using _ = host;
    const result = await connect(host);
    expect(result).toMatchObject({ written: [{ path }], problems: [] });
    expect(await readFile(path)).toEqual(await readFile(fixture(client, platform, 'after')));
    expect((await stat(path)).mode & 0o777).toBe(0o640);
  });

  test('is listed as connected afterwards and gives its exact bytes back on undo', async () => {
    const { host, path, before } = await install();
    await using _ = host;
    const replaces = before.includes('4780') || before.includes('4781');
    await connect(host);
    const listed = (await listClients(host, { url: URL_OF_OURS })).find((one) => one.id === client);
    expect(listed).toMatchObject({ installed: true, connection: 'connected' });
    const planned = await previewUndo(host, client);
    const undone = await undoConnect(host, client);
    expect(undone).toMatchObject({
      undone: [{ path, how: replaces ? 'removed' : 'restored' }],
      problems: [],
    });
    expect(planned).toMatchObject({
      ok: true,
      value: { files: [{ how: replaces ? 'removed' : 'restored' }] },
    });
    if (!replaces) expect(await readFile(path)).toEqual(before);
  });

  test('loses only our entry when the file was changed since', async () => {
    const { host, path, before } = await install();
    await using _ = host;
    await connect(host);
    const comment = extensionOf(client) === 'json' ? '\n// later\n' : '\n# later\n';
    await writeFile(path, Buffer.concat([await readFile(path), Buffer.from(comment)]));
    expect(await undoConnect(host, client)).toMatchObject({ undone: [{ how: 'removed' }], problems: [] });
    const text = await readFile(path, 'utf8');
    expect(text).toContain(comment.trim());
    expect(text).not.toContain(TOKEN);
    const entries = new Set(
      before
        .toString('utf8')
        .split(/\r?\n/)
        .filter((line) => /weather|jira|docs|fetch/.test(line)),
    );
    for (const line of entries) expect(text).toContain(line.replace(/\s*[},]*$/, ''));
  });
});
