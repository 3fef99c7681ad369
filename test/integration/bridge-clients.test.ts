import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client as ClientV2, StreamableHTTPClientTransport as HttpV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { CreateMessageRequestSchema, ElicitRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Running, startScript } from '../support/processes.ts';
import { createTempDir, type TempDir } from '../support/temp-dir.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'electron/headless/main.ts');
const BRIDGE = join(ROOT, 'electron/bridge/main.ts');
const COPY = join(ROOT, 'test/support/stdout-copy.ts');
const INSPECTOR = join(ROOT, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');
const INFO = { name: 'foreign', version: '1.0.0' };
const CAPABILITIES = { elicitation: { form: {} }, sampling: {} };
const accepted = { action: 'accept', content: { answer: 'no, green' } } as const;
const sampled = {
  role: 'assistant',
  model: 'test-model',
  content: { type: 'text', text: 'true indeed' },
} as const;

/** What both generations of clients have, as far as this compares them. */
interface AnyClient {
  listTools(): Promise<unknown>;
  listPrompts(): Promise<unknown>;
  listResources(): Promise<{ resources: { uri: string }[] }>;
  readResource(params: { uri: string }): Promise<unknown>;
  getPrompt(params: { name: string; arguments: Record<string, string> }): Promise<unknown>;
  callTool(params: { name: string; arguments: Record<string, unknown> }): Promise<unknown>;
  close(): Promise<void>;
}

async function connectV1(transport: StdioV1 | HttpV1): Promise<AnyClient> {
  const client = new ClientV1(INFO, { capabilities: CAPABILITIES });
  client.setRequestHandler(ElicitRequestSchema, () => accepted);
  client.setRequestHandler(CreateMessageRequestSchema, () => sampled);
  await client.connect(transport as Transport);
  return client;
}

async function connectV2(transport: StdioV2 | HttpV2): Promise<AnyClient> {
  const client = new ClientV2(INFO, {
    capabilities: CAPABILITIES,
    versionNegotiation: { mode: 'legacy' },
  });
  client.setRequestHandler('elicitation/create', () => accepted);
  client.setRequestHandler('sampling/createMessage', () => sampled);
  await client.connect(transport);
  return client;
}

async function answersOf(client: AnyClient): Promise<Record<string, unknown>> {
  const call = (name: string, given: Record<string, unknown>): Promise<unknown> =>
    client
      .callTool({ name, arguments: given })
      .catch((error: { code: unknown; message: string }) => [error.code, error.message]);
  const { resources } = await client.listResources();
  const answers = {
    tools: await client.listTools(),
    prompts: await client.listPrompts(),
    resources,
    read: await client.readResource({ uri: resources[0]?.uri ?? '' }),
    prompt: await client.getPrompt({ name: 'echo_greet', arguments: { name: 'Ann' } }),
    echo: await call('echo_echo', { message: 'a\u2028b "q" \\ é 🧪\r\n' }),
    elicited: await call('echo_ask', { question: 'blue?' }),
    sampled: await call('echo_sample', { prompt: 'true' }),
    big: await call('echo_big', { bytes: 300_000 }),
    unknown: await call('echo_nothing', {}),
  };
  await client.close();
  return answers;
}

describe('over the bridge, clients of others', () => {
  let folder: TempDir;
  let gateway: Running;

  beforeAll(async () => {
    folder = await createTempDir();
    const config = folder.file('config.json');
    writeFileSync(config, '{"version":1,"gateway":{"auth":{"mode":"anonymous"}}}', { mode: 0o600 });
    const args = ['serve', '--json', '--demo', '--port', '0', '--config', config];
    gateway = await startScript(MAIN, args, { env: { HOME: folder.path } });
  });
  afterAll(async () => {
    await gateway.stop();
    await folder[Symbol.asyncDispose]();
  });

  /** The bridge, its stdout copied to a file. */
  const bridgeTo = (name: string) => ({
    command: process.execPath,
    args: [COPY, folder.file(name), process.execPath, BRIDGE],
    env: { PATCHBAY_URL: gateway.ready.url, PATH: process.env.PATH ?? '' },
  });

  /** Everything that the bridge wrote has to be lines of JSON-RPC. */
  function expectProtocol(name: string): void {
    const lines = readFileSync(folder.file(name), 'utf8').split('\n');
    expect(lines.pop()).toBe('');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.filter((line) => !isProtocol(line))).toEqual([]);
  }

  test.each([
    [
      'SDK v1',
      () => connectV1(new StdioV1(bridgeTo('v1'))),
      () => connectV1(new HttpV1(new URL(gateway.ready.url))),
      'v1',
    ],
    [
      'SDK v2',
      () => connectV2(new StdioV2(bridgeTo('v2'))),
      () => connectV2(new HttpV2(new URL(gateway.ready.url))),
      'v2',
    ],
  ])(
    '%s: the same answers as over HTTP, its own answers to questions, no stray byte',
    async (...given) => {
      const [, overBridge, overHttp, file] = given;
      const [bridged, direct] = [await answersOf(await overBridge()), await answersOf(await overHttp())];
      expect(bridged).toEqual(direct);
      expect(JSON.stringify(bridged.elicited)).toContain('no, green');
      expect(JSON.stringify(bridged.sampled)).toContain('true indeed');
      expectProtocol(file);
    },
    60_000,
  );

  test('the Inspector: the same answers as over HTTP, no stray byte', async () => {
    const methods = [
      ['--method', 'tools/list'],
      ['--method', 'tools/call', '--tool-name', 'echo_echo', '--tool-arg', 'message=hello'],
    ];
    const files = methods.map((_, index) => `inspector-${index}`);
    const inspect = async (method: string[], target: string[]): Promise<unknown> => {
      const { stdout } = await run(process.execPath, [INSPECTOR, '--cli', ...target, ...method], {
        env: { HOME: folder.path, PATH: process.env.PATH ?? '' },
      });
      return JSON.parse(stdout);
    };
    const answers = methods.map(async (method, index) => {
      const { command, args } = bridgeTo(files[index] ?? '');
      const bridge = ['-e', `PATCHBAY_URL=${gateway.ready.url}`, command, ...args];
      return {
        bridged: await inspect(method, bridge),
        direct: await inspect(method, ['--transport', 'http', gateway.ready.url]),
      };
    });
    for (const { bridged, direct } of await Promise.all(answers)) expect(bridged).toEqual(direct);
    for (const file of files) expectProtocol(file);
  }, 60_000);
});

function isProtocol(line: string): boolean {
  try {
    return JSON.parse(line).jsonrpc === '2.0';
  } catch {
    return false;
  }
}
