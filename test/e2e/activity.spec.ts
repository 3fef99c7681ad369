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

test('charts show latency and failures of each backend, and the same as a table', async ({ window }) => {
  await show(window, 'activity/charts');
  for (const title of ['Latency', 'Failures', 'Calls and failures'])
    await expect(window.getByRole('region', { name: title, exact: true })).toContainText('billing');
  await expect(window.getByRole('table', { name: 'Calls and failures as a table' })).toContainText('billing');
});
