import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { eventOf, startTestControl } from '../../support/control.ts';

type Told = { message: string; fix?: string; about?: string };

test('a backend that does not answer is told with its way out', async () => {
  await using running = await startTestControl({
    config: { backends: { down: { type: 'http', url: 'http://127.0.0.1:9/mcp' } } },
  });
  await running.gateway.open();
  const told = (await eventOf(
    running,
    'notices.raised',
    ({ about }: Told) => about === 'backends/down',
  )) as Told;
  expect(told.message).toContain('down did not answer');
  expect(told.fix).toBeTruthy();
});

test(
  verifies(['B10', 'CFG-18'], 'a collision written into the file by hand is told, and leads to the headers'),
  async () => {
    await using one = await startPlainBackend();
    const backends = { one: { type: 'http', url: one.url, headers: { 'X-Tenant': 'acme' } } };
    await using running = await startTestControl({ config: { backends } });
    const { path } = running.gateway.configFile;
    await writeFile(path, JSON.stringify({ version: 1, passthroughHeaders: ['X-Tenant'], backends }));
    const told = (await eventOf(running, 'notices.raised', ({ about }: Told) => about === 'headers')) as Told;
    expect(told.message).toContain('X-Tenant');
    expect(JSON.stringify(running.events)).not.toContain('acme');
  },
);
