import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import type { Session } from '../../support/session.ts';
import { show } from '../window.ts';
import { oneGateway } from './one-gateway.ts';

const ARGUMENT = 'argument-that-stays-out-88';
let session: Session;

const scene = oneGateway(async (stack) => {
  const billing = stack.use(await startPlainBackend());
  const docs = stack.use(await startPlainBackend());
  return {
    config: {
      backends: { billing: { type: 'http', url: billing.url }, docs: { type: 'http', url: docs.url } },
    },
    tokens: ['cursor'],
  };
});

test('calls appear as they are made; a filter narrows them, and the export holds what is shown', async () => {
  const { window, running } = scene;
  await show(window, 'activity');
  session = await running.gateway.open({
    token: running.gateway.token('cursor'),
    clientInfo: { name: 'cursor', version: '1.9' },
  });
  await session.call('billing_echo', { message: ARGUMENT });
  await session.call('docs_echo', { message: ARGUMENT });
  await session.call('docs_fail');
  const table = window.getByRole('table', { name: 'Calls' });
  const rowsOf = (backend: string) => table.getByRole('row').filter({ hasText: backend });
  await expect(rowsOf('docs')).toHaveCount(2);
  await expect(rowsOf('billing')).toHaveCount(1);

  await window.getByLabel('Search by client, tool or backend').fill('docs');
  await expect(rowsOf('billing')).toHaveCount(0);
  await expect(rowsOf('docs')).toHaveCount(2);
  const csv = await exportAs('Export CSV');
  expect(csv.split('\r\n')[0]).toMatch(/^at,client,/);
  expect(
    csv
      .trim()
      .split('\r\n')
      .slice(1)
      .every((line) => line.includes(',docs,')),
  ).toBe(true);
  await window.getByLabel('Search by client, tool or backend').fill('');
  const lines = (await exportAs('Export JSON lines'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines.filter(({ method }) => method === 'tools/call').map(({ backend }) => backend)).toEqual([
    'docs',
    'docs',
    'billing',
  ]);
  expect([csv, JSON.stringify(lines), await window.content()].join('\n')).not.toContain(ARGUMENT);
});

test(verifies(['B14'], 'a session that its client ends leaves the list, and its page says so'), async () => {
  const { window } = scene;
  await show(window, 'sessions');
  await window.getByRole('link', { name: /cursor/ }).click();
  await expect(window.getByRole('heading', { name: /cursor/, level: 2 })).toBeVisible();
  expect(await session.delete()).toBe(204);
  await expect(window.getByText('This session has ended')).toBeVisible();
  await expect(window.getByRole('link', { name: /cursor/ })).toHaveCount(0);
});

async function exportAs(name: string): Promise<string> {
  const { window } = scene;
  const download = window.waitForEvent('download');
  await window.getByRole('button', { name: 'Export', exact: true }).click();
  await window.getByRole('menuitem', { name }).click();
  return await readFile(await (await download).path(), 'utf8');
}
