import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import type { LoggedRequest } from '../../backends/request-log.ts';
import { startResumableBackend } from '../../backends/resumable-backend.ts';
import { answerText, messageText } from '../../backends/rpc-message.ts';
import { verifies } from '../../requirements/verifies.ts';
import { callByEvents } from '../../support/call-events.ts';
import { connectV1, connectV2 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { openSession } from '../../support/session.ts';

/** What the scripted backend does with a call, and with a GET that takes its stream up again. */
interface Script {
  onCall(response: ServerResponse, request: LoggedRequest): void;
  onResume(response: ServerResponse, lastEventId: string): void;
}

let backend: PlainBackend;
let gateway: TestGateway;
let script: Script;

const event = (text: string, id: string): string => `id: ${id}\ndata: ${text}\n\n`;
const progress = (token: unknown, at: number): string =>
  messageText('notifications/progress', { progressToken: token, progress: at });
const events = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });
const tokenOf = ({ rpc }: LoggedRequest): unknown =>
  (rpc?.params._meta as { progressToken?: unknown } | undefined)?.progressToken;

beforeAll(async () => {
  backend = await startPlainBackend({
    manners: {
      takeOver: (request, response) => {
        const lastEventId = request.header('last-event-id');
        if (request.httpMethod === 'GET' && lastEventId !== undefined) script.onResume(response, lastEventId);
        else if (request.rpc?.method === 'tools/call') script.onCall(response, request);
        else return false;
        return true;
      },
    },
  });
  gateway = await startTestGateway({
    config: { tools: { prefixFormat: '' }, backends: { one: { type: 'http', url: backend.url } } },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
});

describe('hazard 22: a call whose stream is lost', () => {
  test(
    verifies(
      ['TRN-18'],
      'hazard 22: a client that dropped its stream fetches the rest, and no other session can',
    ),
    async () => {
      const go = createLatch();
      script = {
        onCall(response, request) {
          events(response).write(event(progress(tokenOf(request), 1), 'first'));
          void go.promise.then(() => {
            response.write(event(progress(tokenOf(request), 2), 'second'));
            response.end(event(answerText(request.rpc?.idText ?? '', { content: [] }), 'third'));
          });
        },
        onResume: (response) => void response.writeHead(500).end(),
      };
      const session = await gateway.open();
      const call = await callByEvents(gateway.url, session, 'echo', 71);
      const { id } = await call.waitFor(({ data }) => data !== undefined);
      expect(id).toMatch(/\.first$/);
      call.drop();
      await call.over;
      await using stranger = await (await gateway.open()).stream({ lastEventId: id ?? '' });
      expect(stranger.status).toBe(400);
      await using resumed = await session.stream({ lastEventId: id ?? '' });
      go.open();
      await resumed.waitFor((message) => message.id === 71);
      await resumed.ended;
      expect(resumed.messages().map((message) => message.id ?? message.params?.progress)).toEqual([2, 71]);
      expect(resumed.events.map((one) => one.id?.split('.').at(-1))).toEqual(['second', 'third']);
      expect(backend.log.of('notifications/cancelled')).toEqual([]);
      // Over, but not forgotten: the answer may have been lost on its way.
      await using again = await session.stream({ lastEventId: resumed.events[0]?.id ?? '' });
      await again.ended;
      expect(again.messages().map((message) => message.id)).toEqual([71]);
      await using unknown = await session.stream({ lastEventId: `${id}-and-more` });
      expect(unknown.status).toBe(400);
    },
  );

  test('hazard 22: a connection that breaks upstream is healed within the same answer, after `retry`', async () => {
    const asked: { id: string; at: number }[] = [];
    let cutAt = 0;
    let idText = '';
    let token: unknown;
    script = {
      onCall(response, request) {
        idText = request.rpc?.idText ?? '';
        token = tokenOf(request);
        events(response).write(event(progress(token, 1), 'a/1'), () => {
          response.write('retry: 60\n\n', () => {
            cutAt = performance.now();
            response.destroy();
          });
        });
      },
      onResume(response, id) {
        asked.push({ id, at: performance.now() });
        if (asked.length === 1) response.writeHead(409).end();
        else
          events(response).write(
            event(progress(token, 2), 'a/2') + event(answerText(idText, { content: [] }), 'a/3'),
          );
      },
    };
    const session = await gateway.open();
    const call = await callByEvents(gateway.url, session, 'echo', 72);
    await call.over;
    const seen = call.events.flatMap(({ data }) => (data ? [JSON.parse(data)] : []));
    expect(seen.map((message) => message.id ?? message.params.progress)).toEqual([1, 2, 72]);
    expect(call.events.some(({ retry }) => retry === '60')).toBe(true);
    expect(asked.map(({ id }) => id)).toEqual(['a/1', 'a/1']);
    // Timers count whole milliseconds.
    expect((asked[0]?.at ?? 0) - cutAt).toBeGreaterThanOrEqual(59);
  });

  test('hazard 22: a backend that ends its stream to be polled has its client poll, too', async () => {
    let idText = '';
    const go = createLatch();
    script = {
      onCall(response, request) {
        idText = request.rpc?.idText ?? '';
        events(response).end('id: p\nretry: 25\ndata: \n\n');
      },
      onResume: (response, lastEventId) => {
        expect(lastEventId).toBe('p');
        events(response).flushHeaders();
        void go.promise.then(() => response.end(event(answerText(idText, { content: [] }), 'q')));
      },
    };
    const session = await gateway.open();
    const call = await callByEvents(gateway.url, session, 'echo', 73);
    await call.over;
    expect(call.events).toMatchObject([{ retry: '25', data: '', id: expect.stringMatching(/\.p$/) }]);
    await using resumed = await session.stream({ lastEventId: call.events[0]?.id ?? '' });
    go.open();
    expect((await resumed.waitFor(({ id }) => id === 73)).result).toEqual({ content: [] });
  });

  test('hazard 22: a stream of a backend that numbers nothing can be resumed, too', async () => {
    const go = createLatch();
    script = {
      onCall(response, request) {
        events(response).write(`data: ${progress(tokenOf(request), 1)}\n\n`);
        void go.promise.then(() =>
          response.end(`data: ${answerText(request.rpc?.idText ?? '', { content: [] })}\n\n`),
        );
      },
      onResume: (response) => void response.writeHead(500).end(),
    };
    const session = await gateway.open();
    const call = await callByEvents(gateway.url, session, 'echo', 74);
    const { id = '' } = await call.waitFor(({ data }) => data !== undefined);
    call.drop();
    go.open();
    await using resumed = await session.stream({ lastEventId: id });
    expect((await resumed.waitFor((message) => message.id === 74)).result).toEqual({ content: [] });
  });

  test('hazard 22: a backend that cannot take its stream up again fails the call, and does so soon', async () => {
    let resumes = 0;
    script = {
      onCall: (response, request) => {
        events(response).write(event(progress(tokenOf(request), 1), 'x'), () => response.destroy());
      },
      onResume: (response) => {
        resumes++;
        response.writeHead(405).end();
      },
    };
    const session = await gateway.open();
    const { message } = await session.request('tools/call', {
      name: 'echo',
      arguments: {},
      _meta: { progressToken: 't' },
    });
    expect(message.error).toMatchObject({ code: -32000, message: expect.stringContaining('405') });
    expect(resumes).toBe(1);
  });

  test('hazard 22: a client of a revision without empty events gets one whole answer instead of polling', async () => {
    let idText = '';
    script = {
      onCall(response, request) {
        idText = request.rpc?.idText ?? '';
        events(response).end('id: p\nretry: 20\ndata: \n\n');
      },
      onResume: (response) => void events(response).end(event(answerText(idText, { content: [] }), 'q')),
    };
    const session = await openSession(gateway.url, { protocolVersion: '2025-06-18' });
    const reply = await session.call('echo');
    expect(reply.message.result).toEqual({ content: [] });
    expect(reply.headers['content-type']).toBe('application/json');
  });
});

describe.each(['v1', 'v2'] as const)('hazard 22: a server of SDK %s that wants to be polled', (sdk) => {
  test.each(['v1', 'v2'] as const)(
    'hazard 22: is polled by a client of SDK %s, through the gateway',
    async (client) => {
      await using server = await startResumableBackend(sdk);
      await using between = await startTestGateway({
        config: { backends: { sdk: { type: 'http', url: server.url } } },
      });
      await using connected = await (client === 'v1' ? connectV1 : connectV2)(between.url);
      const answer = connected.client.callTool({ name: 'sdk_polled', arguments: {} });
      await server.left.promise;
      server.go.open();
      expect(JSON.stringify(await answer)).toContain(`answered by ${sdk}`);
      expect(server.seen.filter(({ lastEventId }) => lastEventId !== undefined).length).toBeGreaterThan(0);
      for (const { lastEventId } of server.seen) expect(lastEventId ?? '').not.toContain('call.');
    },
  );
});
