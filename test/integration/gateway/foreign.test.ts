import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type EverythingBackend,
  everythingCommand,
  startEverythingBackend,
} from '../../backends/everything-backend.ts';
import { type SdkBackend, sdkV1Command, startSdkV1Backend } from '../../backends/sdk-v1-backend.ts';
import { sdkV2Command, startSdkV2Backend } from '../../backends/sdk-v2-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1, connectV2 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { runInspectorCli } from '../../support/inspector.ts';

const TENANT = 'tenant-of-all';
let gateway: TestGateway;
let everything: EverythingBackend;
let v1: SdkBackend;
let v2: SdkBackend;

beforeAll(async () => {
  [everything, v1, v2] = await Promise.all([
    startEverythingBackend(),
    startSdkV1Backend(),
    startSdkV2Backend('legacy'),
  ]);
  gateway = await startTestGateway({
    tokens: ['v1', 'v2', 'inspector'],
    demo: true,
    config: {
      passthroughHeaders: ['X-Tenant'],
      backends: {
        every: { type: 'http', url: everything.url },
        everystdio: { type: 'stdio', ...everythingCommand() },
        one: { type: 'http', url: v1.url },
        onestdio: { type: 'stdio', ...sdkV1Command() },
        two: { type: 'http', url: v2.url },
        twostdio: { type: 'stdio', ...sdkV2Command() },
      },
    },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await Promise.all([everything.close(), v1.close(), v2.close()]);
});

const PREFIXES = ['echo_', 'every_', 'everystdio_', 'one_', 'onestdio_', 'two_', 'twostdio_'];
const textOf = (answer: object): string => ('content' in answer ? JSON.stringify(answer.content) : '');
const connectAs = {
  v1: () => connectV1(gateway.url, { token: gateway.token('v1'), headers: { 'X-Tenant': TENANT } }),
  v2: () => connectV2(gateway.url, { token: gateway.token('v2'), headers: { 'X-Tenant': TENANT } }),
};

describe.each(['v1', 'v2'] as const)('client of SDK %s', (version) => {
  test('sees the tools of seven servers, calls each, reads and prompts', async () => {
    await using connected = await connectAs[version]();
    const { client } = connected;
    const tools = (await client.listTools()).tools.map(({ name }) => name);
    for (const prefix of PREFIXES)
      expect(tools.filter((name) => name.startsWith(prefix)).length).toBeGreaterThan(0);
    for (const prefix of PREFIXES) {
      const answer = await client.callTool({
        name: `${prefix}echo`,
        arguments: { message: `hello ${prefix}` },
      });
      expect(textOf(answer)).toContain(`hello ${prefix}`);
    }
    const { resources } = await client.listResources();
    for (const uri of ['echo://greeting', 'v1://one', 'v2://one']) {
      expect(resources.map((resource) => resource.uri)).toContain(uri);
      expect((await client.readResource({ uri })).contents).toHaveLength(1);
    }
    const { prompts } = await client.listPrompts();
    expect(prompts.length).toBeGreaterThan(6);
    const prompt = await client.getPrompt({ name: 'two_greet', arguments: { name: 'Grace' } });
    expect(JSON.stringify(prompt.messages)).toContain('Grace');
    const missing = client.callTool({ name: 'two_nothing', arguments: {} });
    await expect(missing).rejects.toThrow();
  });

  test(
    verifies(['B24', 'PAS-01'], 'the captured header is on every request that the servers of both SDKs saw'),
    async () => {
      const before = [v1.rawHeaders.length, v2.rawHeaders.length];
      {
        await using connected = await connectAs[version]();
        for (const name of ['one_whoami', 'two_whoami'])
          await connected.client.callTool({ name, arguments: {} });
        const answer = await connected.client.callTool({ name: 'echo_headers', arguments: {} });
        expect(JSON.parse((answer.content as { text: string }[])[0]?.text ?? '{}')).toMatchObject({
          'x-tenant': TENANT,
        });
      }
      const seen = [...v1.rawHeaders.slice(before[0]), ...v2.rawHeaders.slice(before[1])];
      expect(seen.length).toBeGreaterThan(8);
      for (const raw of seen) {
        expect(raw[raw.indexOf('X-Tenant') + 1]).toBe(TENANT);
        expect(raw.join()).not.toContain(gateway.token(version));
      }
    },
  );

  test('the reference server: structured content, annotations, completion and long progress', async () => {
    await using connected = await connectAs[version]();
    const { client } = connected;
    const direct = await connectV1(everything.url);
    const wanted = (await direct.client.listTools()).tools;
    const listed = (await client.listTools()).tools.filter(({ name }) => name.startsWith('every_'));
    // But for the name, each definition is the server's own.
    const strip = (tool: object) => ({ ...tool, name: '' });
    expect(listed.map(strip)).toEqual(wanted.map(strip));
    await direct.close();
    const structured = await client.callTool({
      name: 'every_get-structured-content',
      arguments: { location: 'New York' },
    });
    expect(structured.structuredContent).toHaveProperty('temperature');
    let progress = 0;
    const onprogress = (): void => {
      progress += 1;
    };
    const request = {
      name: 'everystdio_trigger-long-running-operation',
      arguments: { duration: 0.2, steps: 4 },
    };
    const long =
      'v1' === version
        ? await (client as Awaited<ReturnType<typeof connectAs.v1>>['client']).callTool(request, undefined, {
            onprogress,
          })
        : await (client as Awaited<ReturnType<typeof connectAs.v2>>['client']).callTool(request, {
            onprogress,
          });
    expect(textOf(long)).toContain('completed');
    expect(progress).toBeGreaterThan(2);
  });
});

test(
  verifies(['B13'], 'the Inspector lists and calls through the gateway with its token and header'),
  async () => {
    const auth = [
      '--header',
      `Authorization: Bearer ${gateway.token('inspector')}`,
      '--header',
      `X-Tenant: ${TENANT}`,
    ];
    const [listed, called, refused] = await Promise.all([
      runInspectorCli(gateway.url, ['--method', 'tools/list', ...auth]),
      runInspectorCli(gateway.url, ['--method', 'tools/call', '--tool-name', 'echo_headers', ...auth]),
      runInspectorCli(gateway.url, ['--method', 'tools/list']),
    ]);
    for (const prefix of PREFIXES) expect(listed.stdout).toContain(`"${prefix}`);
    expect(called.stdout).toContain(TENANT);
    expect(called.stdout).not.toContain(gateway.token('inspector'));
    expect(refused.code).not.toBe(0);
  },
);
