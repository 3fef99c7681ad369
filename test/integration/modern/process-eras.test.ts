import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sdkV2Command } from '../../backends/sdk-v2-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { sendModern } from '../../support/modern.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

/** A process of 2026-07-28 alone, on few lines: it answers discovery and one list, and refuses everything else. */
const MODERN_ONLY = `
const answers = {
  'server/discover': { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: { tools: {} }, ttlMs: 0, cacheScope: 'private' },
  'tools/list': { resultType: 'complete', tools: [{ name: 'new', inputSchema: { type: 'object' } }], ttlMs: 0, cacheScope: 'private' },
};
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (id === undefined || method === 'subscriptions/listen') return;
  const result = answers[method];
  const error = { code: -32022, message: 'unsupported', data: { supported: ['2026-07-28'] } };
  console.log(JSON.stringify({ jsonrpc: '2.0', id, ...(result ? { result } : { error }) }));
});`;

/** What each backend of the only session speaks, once all that can are ready. */
function versions(gateway: TestGateway): Record<string, string | undefined> {
  const [session] = gateway.patchbay.gateway.sessions.all();
  return Object.fromEntries(
    [...(session?.backends ?? [])].map(([name, { session: backend }]) => {
      const state = backend.state();
      return [name, state.state === 'ready' ? state.hello.protocolVersion : state.state];
    }),
  );
}

test('processes are asked for their era on a child of its own, and none that nobody approved', async () => {
  await using folder = await createTempDir();
  const trace = folder.file('started');
  const touch = `require('node:fs').writeFileSync(${JSON.stringify(trace)}, '')`;
  const backends = {
    legacy: { type: 'stdio', ...stdioBackend() },
    strict: { type: 'stdio', ...stdioBackend({ strictStart: true }) },
    dual: { type: 'stdio', ...sdkV2Command() },
    told: { type: 'stdio', ...sdkV2Command(), era: 'legacy' },
    held: { type: 'stdio', command: process.execPath, args: ['-e', touch], enabled: false },
  };
  await using gateway = await startTestGateway({ config: { backends } });
  const { config, approvals, ports } = gateway.patchbay;
  const held = [...config().backends].find(([name]) => name === 'held')?.[1];
  if (held === undefined) throw new Error('the entry is not there');
  await approvals.hold('held', held);
  await gateway.rewrite({ backends: { ...backends, held: { ...backends.held, enabled: true } } });
  await sendModern(gateway.url, 'tools/list');
  const settled = await until(
    () => {
      const now = versions(gateway);
      return !Object.values(now).includes('opening') && now;
    },
    'every process to show its era',
    30_000,
  );
  expect(settled).toEqual({
    legacy: '2025-11-25',
    strict: '2025-11-25',
    dual: '2026-07-28',
    told: '2025-11-25',
    held: 'off',
  });
  expect(existsSync(trace)).toBe(false);
  // The next client without sessions is not asked for, until the memory is old.
  for (const [name, backend] of config().backends) {
    const first = ports.eras.order(backend, 'modern')[0];
    expect([name, first]).toEqual([name, name === 'dual' || name === 'held' ? 'modern' : 'legacy']);
  }
  const { result } = await sendModern(gateway.url, 'tools/call', {
    name: 'dual_echo',
    arguments: { message: 'modern' },
  });
  expect(result).toMatchObject({ resultType: 'complete', content: [{ type: 'text', text: 'modern' }] });
});

test('a client with sessions finds a process that knows only the revision without them', async () => {
  const only = { type: 'stdio', command: process.execPath, args: ['-e', MODERN_ONLY] };
  await using gateway = await startTestGateway({ config: { backends: { only } } });
  const session = await gateway.open();
  await until(() => versions(gateway).only === '2026-07-28', 'the process', 15_000);
  const { tools } = (await session.list('tools')).message.result;
  expect(tools.map(({ name }: { name: string }) => name)).toEqual(['only_new']);
});
