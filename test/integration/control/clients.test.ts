import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { refusal, startTestControl, value } from '../../support/control.ts';
import { createTempDir } from '../../support/temp-dir.ts';

test('a client is previewed, connected with a token of its own, and taken back to the exact bytes', async () => {
  await using home = await createTempDir('patchbay-home-');
  await mkdir(home.file('.cursor'));
  const path = home.file('.cursor/mcp.json');
  const before = '{ "mcpServers": { "mine": { "url": "https://mine.example/mcp" } } }\n';
  await writeFile(path, before);
  const host = {
    platform: 'linux' as const,
    home: home.path,
    env: {},
    stateDirectory: home.file('state'),
    now: () => new Date(),
  };
  await using backend = await startPlainBackend();
  const config = { backends: { one: { type: 'http', url: backend.url } } };
  await using running = await startTestControl({ config, tokens: ['other'] }, { clientMachine: { host } });
  const { client, told, gateway } = running;
  const found = (await value(client.clients.detect({}))).clients.find((line) => line.client === 'cursor');
  expect(found).toMatchObject({ installed: 'yes', files: [{ path, status: 'readable', connected: false }] });
  const preview = await value(client.clients.preview({ client: 'cursor', action: 'connect' }));
  expect(preview.files[0]?.hunks[0]?.lines.some(({ kind }) => kind === 'added')).toBe(true);
  expect(await readFile(path, 'utf8')).toBe(before);
  const applied = await value(client.clients.apply({ preview: preview.preview }));
  const text = await readFile(path, 'utf8');
  const token = /Bearer (pb_[A-Za-z0-9_-]+)/.exec(text)?.[1] ?? '';
  const session = await gateway.open({ token });
  expect((await session.list('tools')).status).toBe(200);
  const cursor = async () =>
    (await value(client.clients.detect({}))).clients.find((line) => line.client === 'cursor');
  expect(await cursor()).not.toHaveProperty('lastCall');
  // Only its own token proves that it is this client, whatever others call themselves.
  const other = await gateway.open({
    token: gateway.token('other'),
    clientInfo: { name: 'cursor', version: '1' },
  });
  await other.call('one_echo', { message: 'hello' });
  expect(await cursor()).not.toHaveProperty('lastCall');
  await session.call('one_echo', { message: 'hello' });
  expect((await cursor())?.lastCall).toMatchObject({ backend: 'one', target: 'one_echo' });
  expect(told.join('\n')).not.toContain(token);
  expect((await refusal(client.clients.apply({ preview: preview.preview }))).code).toBe('control.draft-gone');
  const drafts = await value(client.clients.importFrom({ client: 'cursor' }));
  expect(drafts.drafts.map(({ suggestedName }) => suggestedName)).toContain('mine');
  await value(client.clients.undo({ undo: applied.undo }));
  expect(await readFile(path, 'utf8')).toBe(before);
  expect((await session.list('tools')).status).toBe(401);
});

test('a host that does not look after clients says so', async () => {
  await using running = await startTestControl({});
  expect((await refusal(running.client.clients.detect({}))).code).toBe('control.not-available');
  expect((await refusal(running.client.clients.snippet({ client: 'cursor' }))).code).toBe(
    'control.not-available',
  );
});
