import { request as requestHttps } from 'node:https';
import { Client, SSEClientTransport } from '@modelcontextprotocol/client';
import { describe, expect, test } from 'vitest';
import { demandHeader, firstOf, redirectChain, redirectTo, refuseWith } from '../backends/interceptions.ts';
import { startLegacySseBackend } from '../backends/legacy-sse-backend.ts';
import { brokenTools, deepSchemaTools, manyTools, wordyTool } from '../backends/odd-tools.ts';
import { startPlainBackend } from '../backends/plain-http-backend.ts';
import { createTestCertificate } from '../backends/test-certificate.ts';
import { connectV1, connectV2 } from '../support/clients.ts';
import { exchange } from '../support/http-exchange.ts';
import { runInspectorCli } from '../support/inspector.ts';
import { createLatch } from '../support/latch.ts';
import { openSession, type RpcMessage } from '../support/session.ts';
import { createSseParser } from '../support/sse.ts';
import { until } from '../support/until.ts';
import { openWire, requestBytes } from '../support/wire.ts';

describe('the plain backend', () => {
  test('satisfies three foreign clients in both answer modes', async () => {
    await using backend = await startPlainBackend();
    for (const answers of ['json', 'sse'] as const) {
      backend.manners.answers = answers;
      await using one = await connectV1(backend.url, { onElicit: () => 'a', onSample: () => 's' });
      await using two = await connectV2(backend.url);
      const inspected = await runInspectorCli(backend.url, ['--method', 'tools/list']);
      const called = await two.client.callTool({ name: 'echo', arguments: { message: 'm' } });
      expect((await one.client.listTools()).tools.length).toBe(7);
      expect(inspected.json.result.tools.length).toBe(7);
      expect(called.content).toEqual([{ type: 'text', text: 'm' }]);
    }
  });

  test('logs each request with its raw headers, body and port', async () => {
    await using backend = await startPlainBackend();
    const session = await openSession(backend.url, { headers: [['X-Odd-Case', 'caf\u00e9']] });
    await session.post('{"jsonrpc":"2.0","id":123456789012345678901,"method":"ping"}');
    await session.delete();
    const [ping] = backend.log.of('ping');
    expect(backend.requests.map(({ httpMethod, rpc }) => rpc?.method ?? httpMethod)).toEqual([
      'initialize',
      'notifications/initialized',
      'ping',
      'DELETE',
    ]);
    expect(ping?.rawHeaders).toContain('X-Odd-Case');
    expect(ping?.header('x-odd-case')).toBe('caf\u00e9');
    expect(ping?.rpc?.idText).toBe('123456789012345678901');
    expect(ping?.body.toString()).toContain('123456789012345678901');
    expect(ping?.remotePort).toBeGreaterThan(0);
  });

  test('answers under the id as it was spelled and with raw JSON as it was given', async () => {
    const tools = '[{"name":"t","inputSchema":{"type":"object","maximum":12345678901234567890.0e1}}]';
    await using backend = await startPlainBackend({ catalog: { tools } });
    const session = await openSession(backend.url);
    const reply = await session.post('{"jsonrpc":"2.0","id":98765432109876543210,"method":"tools/list"}');
    expect(reply.text).toBe(`{"jsonrpc":"2.0","id":98765432109876543210,"result":{"tools":${tools}}}`);
  });

  test('knows sessions, forgets them on command, and does without', async () => {
    await using backend = await startPlainBackend();
    const session = await openSession(backend.url);
    expect((await session.request('ping')).status).toBe(200);
    backend.forgetSessions();
    expect((await session.request('ping')).status).toBe(404);
    backend.manners.sessions = false;
    const free = await openSession(backend.url);
    expect([free.id, (await free.request('ping')).status]).toEqual([undefined, 200]);
  });

  test('asks for a session id where sessions are on', async () => {
    await using backend = await startPlainBackend();
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    expect((await exchange(backend.url, { body })).status).toBe(400);
  });

  test('refuses, demands headers and redirects as told', async () => {
    await using backend = await startPlainBackend({
      manners: { intercept: firstOf(demandHeader('X-Key'), redirectChain(11)) },
    });
    const hop = (path: string, headers: [string, string][] = [['X-Key', 'k']]) =>
      exchange(new URL(path, backend.url).href, { headers, body: '{}' });
    expect((await hop('/mcp', [])).status).toBe(401);
    expect((await hop('/mcp')).headers.location).toBe('/hop/1');
    expect((await hop('/hop/10')).headers.location).toBe('/hop/11');
    expect((await hop('/hop/11')).status).toBe(400);
    backend.manners.intercept = redirectTo('http://127.0.0.1:1/other', 308);
    expect(await hop('/mcp')).toMatchObject({
      status: 308,
      headers: { location: 'http://127.0.0.1:1/other' },
    });
    backend.manners.intercept = refuseWith(403);
    expect((await hop('/mcp')).status).toBe(403);
  });

  test('speaks HTTPS with a certificate that its tests may trust', async () => {
    const tls = createTestCertificate();
    await using backend = await startPlainBackend({
      tls,
      manners: { intercept: redirectTo('http://127.0.0.1:1/') },
    });
    const answer = (ca?: string): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        requestHttps(backend.url, { agent: false, ...(ca === undefined ? {} : { ca }) }, (response) => {
          resolve(response.resume().statusCode);
        })
          .once('error', reject)
          .end();
      });
    expect(await answer(tls.cert)).toBe(307);
    await expect(answer()).rejects.toThrow(/self.signed/i);
  });

  test('pages honestly, with a repeating cursor and without end', async () => {
    await using backend = await startPlainBackend({ catalog: { tools: manyTools(5), pageSize: 2 } });
    const session = await openSession(backend.url);
    const page = async (cursor?: string) => {
      const { result } = (await session.request('tools/list', cursor === undefined ? {} : { cursor }))
        .message;
      return [result.tools.length, result.nextCursor];
    };
    expect([await page(), await page('2'), await page('4')]).toEqual([
      [2, '2'],
      [2, '4'],
      [1, undefined],
    ]);
    backend.catalog.cursors = 'repeating';
    expect([await page(), await page('1')]).toEqual([
      [5, '1'],
      [5, '1'],
    ]);
    backend.catalog.cursors = 'endless';
    expect(await page('7')).toEqual([5, '8']);
  });

  test('asks the client on either stream, with ids from 0', async () => {
    await using backend = await startPlainBackend({ manners: { answers: 'sse' } });
    const session = await openSession(backend.url);
    await using stream = await session.stream();
    const onMessage = (message: RpcMessage): void => {
      if (message.method === 'elicitation/create') void session.respond(message.id, { action: 'decline' });
    };
    const onRequest = await session.call('ask', { question: 'q' }, { onMessage });
    const listening = session.call('roots', { via: 'listen' });
    const question = await stream.waitFor((message) => message.method === 'roots/list');
    await session.respond(question.id, { roots: [] });
    expect([onRequest.messages.map(({ id }) => id), question.id]).toEqual([[0, 1], 1]);
    expect((await listening).message.result.content[0].text).toBe('{"roots":[]}');
  });

  test('pushes on the listening stream, drops it, and can refuse it', async () => {
    await using backend = await startPlainBackend({ manners: { eventIds: true } });
    const session = await openSession(backend.url);
    const stream = await session.stream();
    backend.push('notifications/tools/list_changed');
    await stream.waitFor(({ method }) => method === 'notifications/tools/list_changed');
    expect([stream.events.at(-1)?.id, backend.openStreams()]).toEqual(['1', 1]);
    backend.dropStreams();
    await stream.ended;
    await until(() => backend.openStreams() === 0);
    backend.manners.listenStream = false;
    expect((await session.stream()).status).toBe(405);
  });

  test('holds an answer back until it is released', async () => {
    await using backend = await startPlainBackend();
    const session = await openSession(backend.url);
    const hold = backend.hold('tools/call');
    const order: string[] = [];
    const call = session.call('echo', { message: 'm' }).then(() => order.push('answered'));
    expect((await hold.reached).rpc?.params.name).toBe('echo');
    await session.request('ping');
    order.push('released');
    hold.release();
    await call;
    expect(order).toEqual(['released', 'answered']);
  });

  test('cuts an answer where it is told to and waits at the gate', async () => {
    await using backend = await startPlainBackend();
    const session = await openSession(backend.url);
    const gate = createLatch();
    backend.manners.splitting = {
      at: [1, 20],
      gate: (piece) => (piece === 2 ? gate.promise : Promise.resolve()),
    };
    using wire = await openWire(backend.url);
    const body = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
    const host = new URL(backend.url).host;
    await wire.send(
      requestBytes(
        'POST',
        '/mcp',
        [
          ['Host', host],
          ['Mcp-Session-Id', session.id ?? ''],
        ],
        body,
      ),
    );
    const pieces = () => wire.pending().toString('latin1').split('\r\n\r\n').slice(1).join('');
    await until(() => /^1\r\n\{\r\n13\r\n.{19}\r\n$/.test(pieces()), 'the first two pieces');
    gate.open();
    const response = await wire.response();
    expect(response.body.toString()).toBe('{"jsonrpc":"2.0","id":1,"result":{}}');
  });

  test('offers odd lists', async () => {
    await using backend = await startPlainBackend();
    const session = await openSession(backend.url);
    const listed = async (tools: string | object[]) => {
      backend.catalog.tools = tools;
      return session.list('tools');
    };
    expect((await listed(manyTools(5000))).message.result.tools.length).toBe(5000);
    expect((await listed(wordyTool(2_000_000))).text.length).toBeGreaterThan(2_000_000);
    expect((await listed(deepSchemaTools(200))).message.result.tools.length).toBe(1);
    expect((await listed(brokenTools())).message.result.tools.length).toBe(6);
  });
});

describe('the legacy SSE backend', () => {
  test.each(['relative', 'absolute', 'relative-to-directory'] as const)(
    'serves a foreign client: %s',
    async (endpoint) => {
      await using backend = await startLegacySseBackend({ endpoint });
      const client = new Client({ name: 'c', version: '1' });
      await client.connect(new SSEClientTransport(new URL(backend.url)));
      const called = await client.callTool({ name: 'echo', arguments: { message: 'm' } });
      expect(called.content).toEqual([{ type: 'text', text: 'm' }]);
      await client.close();
    },
  );

  test('names a foreign endpoint, or none, when told to', async () => {
    await using backend = await startLegacySseBackend({ endpoint: 'http://evil.example/messages' });
    const firstBytes = async (): Promise<string> => {
      using wire = await openWire(backend.url);
      await wire.send(requestBytes('GET', '/mcp/sse', [['Host', new URL(backend.url).host]]));
      await until(() => wire.pending().includes(':\n\n'));
      return wire.pending().toString();
    };
    expect(await firstBytes()).toContain('data: http://evil.example/messages?session=');
    backend.endpoint = 'none';
    expect(await firstBytes()).not.toContain('endpoint');
  });

  test('drops its streams on command', async () => {
    await using backend = await startLegacySseBackend();
    using wire = await openWire(backend.url);
    await wire.send(requestBytes('GET', '/mcp/sse', [['Host', new URL(backend.url).host]]));
    await until(() => backend.openStreams() === 1);
    backend.dropStreams();
    await wire.closed;
    await until(() => backend.openStreams() === 0);
  });
});

describe('the event stream parser', () => {
  test('finds the same events however the bytes are cut', () => {
    const bytes = Buffer.from(
      ':c\n\nevent: m\r\nid: 1\r\ndata: caf\u00e9\r\n\r\ndata:a\ndata: b\n\nretry: 5\ndata\n\n',
    );
    const whole = createSseParser()(bytes);
    const feed = createSseParser();
    const single = [...bytes].flatMap((byte) => feed(Buffer.from([byte])));
    expect(single).toEqual(whole);
    expect(whole).toEqual([
      {},
      { event: 'm', id: '1', data: 'caf\u00e9' },
      { data: 'a\nb' },
      { retry: '5', data: '' },
    ]);
  });
});
