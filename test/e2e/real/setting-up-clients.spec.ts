import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';
import { show } from '../window.ts';
import { oneGateway } from './one-gateway.ts';

const BEFORE = '{\n  // mine\n  "mcpServers": { "mine": { "url": "https://mine.example/mcp" } }\n}\n';

let home: TempDir;
let token = '';
const file = (): string => home.file('.cursor/mcp.json');

const scene = oneGateway(async (stack) => {
  home = stack.use(await createTempDir('patchbay-home-'));
  await mkdir(home.file('.cursor'));
  await writeFile(file(), BEFORE);
  const { url } = stack.use(await startPlainBackend());
  const host = {
    platform: 'linux' as const,
    home: home.path,
    env: {},
    stateDirectory: home.file('state'),
    now: () => new Date(),
  };
  return {
    config: { backends: { billing: { type: 'http', url } } },
    tokens: ['other'],
    extras: { clientMachine: { host } },
  };
});

test('a client is found, shown what would be written, connected, and its first call is seen', async () => {
  const { window, running } = scene;
  await show(window, 'clients');
  await window.getByRole('link', { name: /^Cursor/ }).click();
  await window.getByRole('button', { name: 'Connect…' }).click();
  await expect(window.getByText(`"url": "${running.gateway.url}"`)).toBeVisible();
  expect(await readFile(file(), 'utf8')).toBe(BEFORE);
  await window.getByRole('button', { name: 'Write this' }).click();
  await expect(window.getByText(/Cursor is set up\./)).toBeVisible();
  const written = await readFile(file(), 'utf8');
  expect(written).toContain('// mine');
  token = /Bearer (pb_[A-Za-z0-9_-]+)/.exec(written)?.[1] ?? '';
  expect(await window.content()).not.toContain(token);

  const session = await running.gateway.open({ token, clientInfo: { name: 'cursor', version: '1.9' } });
  expect((await session.call('billing_echo', { message: 'hello' })).text).toContain('hello');
  // Nobody has to look again: the screen waits for it.
  const detail = window.getByRole('region', { name: /^Detail/ });
  await expect(detail).toContainText(/Last call: Cursor called billing_echo/);
});

test('it is disconnected: its file is as it was, and its token opens nothing any more', async () => {
  const { window, running } = scene;
  await window.getByRole('button', { name: 'Disconnect…' }).click();
  await window.getByRole('button', { name: 'Write this' }).click();
  await expect(window.getByText(/Our entry was taken out of Cursor\./)).toBeVisible();
  expect(await readFile(file(), 'utf8')).toBe(BEFORE);
  await expect(running.gateway.open({ token })).rejects.toThrow();
});
