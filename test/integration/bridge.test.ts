import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, describe, expect, test } from 'vitest';
import { readSettings } from '../../electron/bridge/settings.ts';
import { connectV1 } from '../support/clients.ts';
import { freePort } from '../support/free-port.ts';
import { type Running, startScript } from '../support/processes.ts';
import { createTempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const ROOT = join(import.meta.dirname, '../..');
const GATEWAY = join(ROOT, 'electron/headless/main.ts');
const BRIDGE = join(ROOT, 'electron/bridge/main.ts');

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startGateway(port = 0, auth: object = { mode: 'anonymous' }): Promise<Running> {
  const folder = await createTempDir();
  const config = join(folder.path, 'config.json');
  const text = {
    version: 1,
    passthroughHeaders: ['X-Mcp-Api-Key'],
    gateway: { auth },
  };
  writeFileSync(config, JSON.stringify(text), { mode: 0o600 });
  const running = await startScript(GATEWAY, [
    'serve',
    '--json',
    '--demo',
    '--port',
    String(port),
    '--config',
    config,
  ]);
  cleanups.push(
    () => folder[Symbol.asyncDispose](),
    () => running.stop(),
  );
  return running;
}

const bridgeCommand = (url: string, args: string[] = []) => ({
  command: process.execPath,
  args: [BRIDGE, ...args],
  env: { PATCHBAY_URL: url, PATCHBAY_HEADER_X_MCP_API_KEY: 'key-of-ann', PATH: process.env.PATH ?? '' },
});

interface RawBridge extends ChildProcess {
  /** What it wrote to stdout. */
  readonly lines: string[];
  /** What it said to people. */
  readonly notes: string[];
}

function rawBridge(url: string, args: string[] = [], more: Record<string, string> = {}): RawBridge {
  const { command, args: all, env } = bridgeCommand(url, args);
  const child = spawn(command, all, { env: { ...env, ...more }, stdio: ['pipe', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const notes: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  createInterface({ input: child.stderr }).on('line', (line) => notes.push(line));
  cleanups.push(() => child.kill('SIGKILL'));
  return Object.assign(child, { lines, notes });
}

const say = (child: ChildProcess, message: object): void => {
  child.stdin?.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
};
const answerTo = (
  lines: readonly string[],
  id: number,
): { result?: unknown; error?: { message: string } } | undefined =>
  lines.map((line) => JSON.parse(line)).find((message) => message.id === id);
const initialize = {
  id: 1,
  method: 'initialize',
  params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'raw', version: '1' } },
};

describe('the bridge between stdio clients and the endpoint', () => {
  test('the SDK v1 client gets over stdio what it gets over HTTP, and answers questions of backends', async () => {
    const gateway = await startGateway();
    const { url } = gateway.ready;
    const client = new ClientV1({ name: 'v1', version: '1' }, { capabilities: { elicitation: {} } });
    client.setRequestHandler(ElicitRequestSchema, () => ({ action: 'accept', content: { answer: 'green' } }));
    await client.connect(new StdioV1(bridgeCommand(url, ['--header', 'X-Mcp-Api-Key'])));
    cleanups.push(() => client.close());
    await using direct = await connectV1(url);
    expect((await client.listTools()).tools).toEqual((await direct.client.listTools()).tools);
    const text = 'a\u2028b "q" \\ é 🧪\r\n';
    const call = { name: 'echo_echo', arguments: { message: text } };
    expect(await client.callTool(call)).toEqual(await direct.client.callTool(call));
    const seen = (await client.callTool({ name: 'echo_headers', arguments: {} })) as {
      content: { text: string }[];
    };
    expect(JSON.parse(seen.content[0]?.text ?? '{}')).toMatchObject({ 'x-mcp-api-key': 'key-of-ann' });
    const asked = (await client.callTool({ name: 'echo_ask', arguments: { question: 'colour?' } })) as {
      content: { text: string }[];
    };
    expect(asked.content[0]?.text).toContain('green');
  });

  test('the SDK v2 client works over it and its end ends the session', async () => {
    const gateway = await startGateway();
    const client = new ClientV2({ name: 'v2', version: '1' }, { capabilities: {} });
    await client.connect(new StdioV2(bridgeCommand(gateway.ready.url)));
    const progress: number[] = [];
    await client.callTool(
      { name: 'echo_slow', arguments: { ms: 60 } },
      { onprogress: ({ progress: value }) => progress.push(value) },
    );
    expect(progress.length).toBeGreaterThan(0);
    await client.close();
    await until(() => gateway.output().stderr.includes('The client ended the session'));
  });

  test('nothing but protocol goes to stdout, line for line', async () => {
    const gateway = await startGateway();
    const bridge = rawBridge(gateway.ready.url);
    say(bridge, initialize);
    await until(() => bridge.lines.length === 1);
    say(bridge, { method: 'notifications/initialized' });
    say(bridge, { id: 2, method: 'tools/list' });
    say(bridge, { id: 3, method: 'no/such' });
    await until(() => answerTo(bridge.lines, 3) !== undefined && answerTo(bridge.lines, 2) !== undefined);
    expect(bridge.lines.every((line) => JSON.parse(line).jsonrpc === '2.0')).toBe(true);
    expect(answerTo(bridge.lines, 3)?.error?.message).toBeTypeOf('string');
    bridge.stdin?.end();
    const [code] = await once(bridge, 'exit');
    expect(code).toBe(0);
  });

  test('it waits for a gateway that starts later, and opens its session again after a restart', async () => {
    const port = await freePort();
    const bridge = rawBridge(`http://127.0.0.1:${port}/mcp`);
    say(bridge, initialize);
    const first = await startGateway(port);
    await until(() => bridge.lines.length === 1);
    say(bridge, { method: 'notifications/initialized' });
    await first.stop();
    await startGateway(port);
    say(bridge, {
      id: 2,
      method: 'tools/call',
      params: { name: 'echo_echo', arguments: { message: 'again' } },
    });
    await until(() => answerTo(bridge.lines, 2) !== undefined);
    expect(JSON.stringify(answerTo(bridge.lines, 2)?.result)).toContain('again');
    expect(bridge.lines.some((line) => line.includes('tools/list_changed'))).toBe(true);
  });

  test('messages that come while it opens its session again wait for it', async () => {
    const port = await freePort();
    const bridge = rawBridge(`http://127.0.0.1:${port}/mcp`);
    const first = await startGateway(port);
    say(bridge, initialize);
    await until(() => bridge.lines.length === 1);
    say(bridge, { method: 'notifications/initialized' });
    await first.stop();
    await startGateway(port);
    const ids = [2, 3, 4, 5, 6, 7, 8, 9];
    say(bridge, { id: 2, method: 'tools/list' });
    await new Promise<void>((done) => {
      bridge.stderr?.on('data', (chunk: Buffer) => {
        if (chunk.includes('opening the session again')) done();
      });
    });
    for (const id of ids.slice(1)) say(bridge, { id, method: 'tools/list' });
    await until(() => ids.every((id) => answerTo(bridge.lines, id) !== undefined));
    expect(ids.map((id) => answerTo(bridge.lines, id)?.error)).toEqual(ids.map(() => undefined));
    const repeated = bridge.lines.filter((line) => line.includes('prompts/list_changed'));
    expect(repeated).toHaveLength(1);
  });

  test('it starts the app once where nothing answers, without the values that it was given', async () => {
    const port = await freePort();
    const folder = await createTempDir();
    cleanups.push(() => folder[Symbol.asyncDispose]());
    const config = folder.file('config.json');
    const seen = folder.file('seen');
    writeFileSync(config, '{"version":1,"gateway":{"auth":{"mode":"anonymous"}}}', { mode: 0o600 });
    const app = folder.file('an app');
    const serve = `'${process.execPath}' '${GATEWAY}' serve --json --demo --port ${port} --config '${config}'`;
    const script = `#!/bin/sh\necho "$$ $* $PATCHBAY_TOKEN$PATCHBAY_HEADER_X_MCP_API_KEY" >> '${seen}'\nexec ${serve}\n`;
    writeFileSync(app, script, { mode: 0o755 });
    const bridge = rawBridge(`http://127.0.0.1:${port}/mcp`, [], {
      PATCHBAY_START: app,
      PATCHBAY_TOKEN: 'token-of-client',
      HOME: folder.path,
    });
    say(bridge, initialize);
    await until(() => answerTo(bridge.lines, 1) !== undefined, 'an answer', 20_000);
    const [pid, ...rest] = readFileSync(seen, 'utf8').trim().split(' ');
    cleanups.push(() => process.kill(Number(pid)));
    expect(answerTo(bridge.lines, 1)?.result).toBeDefined();
    expect(rest).toEqual(['--hidden']);
  });

  test('a token that the gateway does not know is told with the way out, never repeated', async () => {
    const gateway = await startGateway(0, { mode: 'local', tokens: [] });
    const bridge = rawBridge(gateway.ready.url, ['--header', 'X-Tenant'], {
      PATCHBAY_TOKEN: 'token-of-client',
    });
    say(bridge, initialize);
    await until(() => answerTo(bridge.lines, 1) !== undefined);
    expect(answerTo(bridge.lines, 1)?.error?.message).toContain('Connect this client again');
    expect(bridge.notes.join()).toContain('PATCHBAY_HEADER_X_TENANT is not set');
    expect([...bridge.lines, ...bridge.notes].join()).not.toContain('token-of-client');
  });

  test('a gateway that never comes is an error with the way out, not a hang', async () => {
    const bridge = rawBridge(`http://127.0.0.1:${await freePort()}/mcp`, ['--wait', '0']);
    say(bridge, initialize);
    await until(() => answerTo(bridge.lines, 1) !== undefined);
    expect(answerTo(bridge.lines, 1)?.error?.message).toContain('did not answer');
  });

  test.each([
    [['--url', 'http://evil.example/mcp'], 'on this machine'],
    [['--url', 'https://127.0.0.1:1/mcp'], 'on this machine'],
    [['--header', 'X Y'], 'not a header name'],
    [['--wait', 'soon'], '--wait'],
    [['--unknown'], 'unknown'],
    [['--header', 'X-Tenant'], 'PATCHBAY_HEADER_X_TENANT holds a line break'],
  ])('refuses %j', (args, text) => {
    const env = { PATCHBAY_TOKEN: 'secret-token', PATCHBAY_HEADER_X_TENANT: 'a\r\nX-Other: b' };
    const read = readSettings(args, env);
    expect(read.ok ? '' : read.message).toContain(text);
    expect(read.ok ? '' : read.message).not.toContain('secret-token');
  });
});
