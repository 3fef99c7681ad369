import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { describe, expect, test } from 'vitest';
import { everythingCommand, startEverythingBackend } from '../backends/everything-backend.ts';
import { sdkV1Command, startSdkV1Backend } from '../backends/sdk-v1-backend.ts';
import { sdkV2Command, startSdkV2Backend } from '../backends/sdk-v2-backend.ts';
import { stdioBackend } from '../backends/stdio-command.ts';
import { connectV1, connectV2 } from '../support/clients.ts';
import { descendantsOf, isAlive } from '../support/process-tree.ts';
import { until } from '../support/until.ts';

describe('backends over stdio', () => {
  async function connectStdio(
    command: { command: string; args: string[] },
    env: Record<string, string> = {},
  ) {
    const client = new Client({ name: 'c', version: '1' });
    const transport = new StdioClientTransport({ ...command, env, stderr: 'ignore' });
    await client.connect(transport);
    return { client, pid: transport.pid ?? 0, [Symbol.asyncDispose]: () => client.close() };
  }
  const textOf = (result: unknown): string =>
    (result as { content: { text: string }[] }).content[0]?.text ?? '';

  test('answers with its environment, its id and big texts', async () => {
    await using stdio = await connectStdio(stdioBackend({ banner: 'Welcome!' }), { ONLY_THIS: '1' });
    const call = async (name: string, args = {}) =>
      textOf(await stdio.client.callTool({ name, arguments: args }));
    expect(JSON.parse(await call('env'))).toMatchObject({ ONLY_THIS: '1' });
    expect(await call('pid')).toBe(String(stdio.pid));
    expect((await call('big', { bytes: 1_000_000 })).length).toBe(1_000_000);
    expect(await call('garbage')).toBe('after garbage');
  });

  test('crashes in the middle of a call', async () => {
    await using stdio = await connectStdio(stdioBackend());
    await expect(stdio.client.callTool({ name: 'crash', arguments: {} })).rejects.toThrow(/closed/i);
    await until(() => !isAlive(stdio.pid));
  });

  test('has no lists when told to, and says so', async () => {
    await using stdio = await connectStdio(stdioBackend({ noList: true }));
    await expect(stdio.client.listTools()).rejects.toThrow('Method not found');
  });

  test('starts a process of its own that shows among the descendants', async () => {
    const stdio = await connectStdio(stdioBackend({ withChild: true }));
    const child = Number(textOf(await stdio.client.callTool({ name: 'child', arguments: {} })));
    try {
      expect(await descendantsOf(stdio.pid)).toEqual([child]);
      expect(await descendantsOf(process.pid)).toEqual(expect.arrayContaining([stdio.pid, child]));
      await stdio.client.close();
      expect(isAlive(child)).toBe(true);
    } finally {
      process.kill(child, 'SIGKILL');
    }
  });

  test('ignores SIGTERM when told to', async () => {
    await using stdio = await connectStdio(stdioBackend({ ignoreSigterm: true }));
    process.kill(stdio.pid, 'SIGTERM');
    expect(textOf(await stdio.client.callTool({ name: 'echo', arguments: { message: 'alive' } }))).toBe(
      'alive',
    );
  });

  test.each([
    ['SDK 1', sdkV1Command()],
    ['SDK 2', sdkV2Command()],
    ['everything', everythingCommand()],
  ])('%s lists its tools', async (_name, command) => {
    await using stdio = await connectStdio(command);
    expect((await stdio.client.listTools()).tools.length).toBeGreaterThan(1);
  });
});

describe('backends made with foreign libraries', () => {
  test.each([
    ['SDK 1', startSdkV1Backend],
    ['SDK 2, both eras', () => startSdkV2Backend('dual')],
    ['SDK 2, legacy', () => startSdkV2Backend('legacy')],
    ['everything', () => startEverythingBackend()],
  ])('%s serves legacy clients', async (_name, start) => {
    await using backend = await start();
    await using one = await connectV1(backend.url);
    await using two = await connectV2(backend.url);
    const counts = [(await one.client.listTools()).tools.length, (await two.client.listTools()).tools.length];
    expect(counts[0]).toBe(counts[1]);
    expect(counts[0]).toBeGreaterThan(1);
  });

  test.each(['dual', 'modern'] as const)('SDK 2 speaks 2026-07-28 when it is %s', async (eras) => {
    await using backend = await startSdkV2Backend(eras);
    await using modern = await connectV2(backend.url, { mode: { pin: '2026-07-28' } });
    const called = await modern.client.callTool({ name: 'whoami', arguments: {} });
    expect(called.content).toEqual([{ type: 'text', text: 'sdk-v2' }]);
    if (eras === 'modern') await expect(connectV1(backend.url)).rejects.toThrow();
  });
});
