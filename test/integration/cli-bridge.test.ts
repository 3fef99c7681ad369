import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect, test } from 'vitest';
import { createCliHome } from '../support/cli.ts';
import { startScript } from '../support/processes.ts';

const MAIN = join(import.meta.dirname, '../../electron/headless/main.ts');

test('patchbay bridge carries a stdio client to the gateway, with the header that its arguments name', async () => {
  await using home = await createCliHome();
  await home.writeConfig({ passthroughHeaders: ['X-Tenant'], gateway: { auth: { mode: 'anonymous' } } });
  const args = ['serve', '--json', '--demo', '--port', '0', '--config', home.config];
  await using gateway = await startScript(MAIN, args, { env: { HOME: home.path } });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [MAIN, 'bridge', '--header', 'X-Tenant', '--wait', '10'],
      env: { PATCHBAY_URL: gateway.ready.url, PATCHBAY_HEADER_X_TENANT: 'blue', HOME: home.path },
    }),
  );
  const answer = await client.callTool({ name: 'echo_headers', arguments: {} });
  expect(JSON.stringify(answer.content)).toContain('blue');
  await client.close();
});

test('wrong arguments end it with exit code 2, help with 0', async () => {
  await using home = await createCliHome();
  expect((await home.run(['bridge', '--sing'], { stdin: '' })).code).toBe(2);
  expect((await home.run(['bridge', '--url', 'http://elsewhere.example/mcp'], { stdin: '' })).code).toBe(2);
  const help = await home.run(['bridge', '--help']);
  expect({ code: help.code, told: help.stdout.includes('PATCHBAY_TOKEN') }).toEqual({ code: 0, told: true });
});
