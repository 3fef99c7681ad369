import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import type { RpcMessage } from '../../support/session.ts';
import { until } from '../../support/until.ts';
import { type GatewayProcess, startGatewayProcess } from '../../support/wire-gateway.ts';

const NO_MORE = 'no file descriptors left';
const PLENTY = 1_024;
/** For the start of a process on a busy machine, too; without one it takes two seconds at most. */
const AGAIN_MS = 20_000;

/** Clients that keep their one connection, as it takes a file descriptor to get another one. */
function openClient(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let id: string | undefined;
  return {
    async ask(method: string, params: object): Promise<RpcMessage> {
      const headers = {
        'Content-Type': 'application/json',
        Accept: 'application/json, text/event-stream',
        ...(id === undefined ? {} : { 'Mcp-Session-Id': id }),
      };
      const sent = request(url, { method: 'POST', agent, headers });
      sent.end(JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }));
      const [response] = (await once(sent, 'response')) as [IncomingMessage];
      id ??= response.headers['mcp-session-id'] as string | undefined;
      const body = await text(response);
      return JSON.parse(body.slice(body.indexOf('{')));
    },
    [Symbol.dispose]: () => agent.destroy(),
  };
}

const HELLO = {
  protocolVersion: '2025-11-25',
  capabilities: {},
  clientInfo: { name: 'keeps', version: '1' },
};

describe.skipIf(process.platform !== 'linux')('without file descriptors', () => {
  let backend: PlainBackend;
  let gateway: GatewayProcess;
  beforeAll(async () => {
    backend = await startPlainBackend();
    gateway = await startGatewayProcess({
      backends: {
        far: { type: 'http', url: backend.url },
        own: { type: 'stdio', ...stdioBackend() },
        // The code that signs in is loaded for it when the first session opens.
        guarded: { type: 'http', url: 'http://127.0.0.1:9/mcp', auth: { strategy: 'oauth' } },
      },
    });
  });
  afterAll(async () => {
    for (const owned of [gateway, backend]) await owned[Symbol.asyncDispose]();
  });

  const allow = (count: number) =>
    promisify(execFile)('prlimit', ['--pid', String(gateway.pid), `--nofile=${count}:`]);
  const log = (): string => gateway.running.output().stderr;
  const told = (): number => log().split(NO_MORE).length - 1;
  const echo = async (client: ReturnType<typeof openClient>, backendName: string) =>
    await client.ask('tools/call', { name: `${backendName}_echo`, arguments: { message: 'again' } });
  const echoed = (client: ReturnType<typeof openClient>, name: string) => async () =>
    (await echo(client, name)).result?.content[0].text === 'again';

  test(
    verifies(
      ['RES-03'],
      'what is opened then says why it failed, is no fault of a backend, and works when there are some',
    ),
    async () => {
      using client = openClient(gateway.url);
      // Its connection is there before, everything else is needed for the first time.
      await client.ask('ping', {});
      await allow(10);
      await client.ask('initialize', HELLO);
      const far = await echo(client, 'far');
      expect(far.error?.message).toContain('EMFILE');
      const own = await echo(client, 'own');
      expect(own.error).toMatchObject({ code: -32_000, data: { code: 'gateway.overloaded' } });
      expect(own.error?.message).toContain('EMFILE');
      await until(() => told() > 0, 'the line of the log');
      await allow(PLENTY);
      await until(echoed(client, 'far'), 'the server');
      await until(echoed(client, 'own'), 'the process', AGAIN_MS);
      expect(told()).toBe(1);
    },
  );

  test(
    verifies(['RES-03'], 'new connections are closed, a session goes on, and all is served again afterwards'),
    async () => {
      using client = openClient(gateway.url);
      await client.ask('initialize', HELLO);
      await until(echoed(client, 'far'), 'the server');
      await allow(60);
      const { hostname, port } = new URL(gateway.url);
      const sockets = Array.from({ length: 150 }, () =>
        connect(Number(port), hostname).on('error', () => undefined),
      );
      await until(() => sockets.some(({ destroyed }) => destroyed), 'a connection that is closed');
      expect(await echoed(client, 'far')()).toBe(true);
      for (const socket of sockets) socket.destroy();
      const session = await until(() => gateway.open().catch(() => undefined), 'a session');
      const { message } = await session.call('far_echo', { message: 'new' });
      expect(message.result.content[0].text).toBe('new');
    },
  );
});
