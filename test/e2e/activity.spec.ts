import { verifies } from '../requirements/verifies.ts';
import { expect, show, test } from './window.ts';

test('a call stands there while it runs, then with its end and its bytes in the same row', async ({
  window,
  host,
}) => {
  await show(window, 'activity');
  const call = {
    kind: 'call' as const,
    id: 'live-1',
    at: Date.now() - 3_000,
    client: 'zed',
    session: 's-cursor-1',
    backend: 'files',
    method: 'tools/call',
    target: 'slow_search',
    bytesIn: 2_400,
  };
  host.world.emit('activity.appended', { entries: [{ ...call, outcome: 'running' }], dropped: 0 });
  const row = window.getByRole('row', { name: /slow_search/ });
  await expect(row).toContainText('running');
  await expect(row).toContainText(/[3-9] s…/);
  await expect(row).toContainText('2.4 kB');
  const ended = { ...call, outcome: 'ok' as const, duration: 4_200, bytesOut: 310 };
  host.world.emit('activity.appended', { entries: [ended], dropped: 0 });
  await expect(row).toContainText(/ok.*2\.4 kB.*310 B.*4\.2 s/);
  await expect(row).toHaveCount(1);
  await window.getByLabel('Search by client, tool or backend').fill('nothing-like-this');
  await expect(window.getByText('No entry matches')).toBeVisible();
  await window.getByRole('button', { name: 'Remove the filter' }).click();
  await expect(row).toBeVisible();
});

test(
  verifies(
    ['HTP-13'],
    'a tool that has changed stands among the calls, and a key leads to what is different',
  ),
  async ({ window, host }) => {
    await show(window, 'activity');
    const base = { kind: 'tool-change' as const, backend: 'billing', tools: ['refund'] };
    const changed = { ...base, id: 'c-1', at: Date.now(), outcome: 'changed' as const, count: 1 };
    host.world.emit('activity.appended', { entries: [changed], dropped: 0 });
    const row = window.getByRole('row', { name: /changed billing refund not as it was first seen/ });
    await expect(row).toBeVisible();
    const more = { ...changed, tools: ['refund', 'get_invoice'], count: 3 };
    host.world.emit('activity.appended', { entries: [more], dropped: 0 });
    const grown = window.getByRole('row', { name: /changed billing refund and 2 more not as they were/ });
    await expect(grown).toHaveCount(1);
    await expect(row).toHaveCount(0);

    await window.getByRole('combobox', { name: 'Outcome' }).click();
    await window.getByRole('option', { name: 'held back' }).click();
    await expect(grown).toHaveCount(0);
    const held = window.getByRole('row', { name: /held back billing refund .* until you approve it/ });
    await expect(window.getByRole('table', { name: 'Calls' }).getByRole('row')).toHaveCount(2);
    await held.getByRole('link', { name: 'refund' }).focus();
    await window.keyboard.press('Enter');
    const change = window.getByRole('region', { name: 'The backend has changed this tool' });
    await expect(change).toContainText('Always pass the account of the user.');
  },
);

test('charts show latency and failures of each backend, and the same as a table', async ({ window }) => {
  await show(window, 'activity/charts');
  for (const title of ['Latency', 'Failures', 'Calls and failures'])
    await expect(window.getByRole('region', { name: title, exact: true })).toContainText('billing');
  await expect(window.getByRole('table', { name: 'Calls and failures as a table' })).toContainText('billing');
});
