import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import type { LoggedRequest } from '../../backends/request-log.ts';
import { answerText, messageText } from '../../backends/rpc-message.ts';
import { verifies } from '../../requirements/verifies.ts';
import { callByEvents } from '../../support/call-events.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';

type Step = (request: LoggedRequest, response: ServerResponse) => void;

/** A process that answers its calls with broken JSON, too large to be parsed on its way; `fine` is answered well. */
const BROKEN = `
require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  const answer = (text) => process.stdout.write('{"jsonrpc":"2.0","id":' + JSON.stringify(id) + ',"result":' + text + '}\\n');
  const named = (name) => ({ name, inputSchema: { type: 'object' } });
  if (method === 'initialize')
    answer(JSON.stringify({ protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'b', version: '1' } }));
  else if (method === 'tools/list') answer(JSON.stringify({ tools: ['broken', 'fine'].map(named) }));
  else if (params?.name === 'broken') answer('{"taskId":"t","n":01x,"pad":"' + 'p'.repeat(70000) + '"}');
  else if (id !== undefined) answer('{"content":[]}');
});`;

let backend: PlainBackend;
let gateway: TestGateway;
let onCall: Step | undefined;
let onListen: Step | undefined;

beforeAll(async () => {
  backend = await startPlainBackend({
    manners: {
      takeOver: (request, response) => {
        const step =
          request.httpMethod === 'GET' ? onListen : request.rpc?.method === 'tools/call' ? onCall : undefined;
        step?.(request, response);
        return step !== undefined;
      },
    },
  });
  gateway = await startTestGateway({
    config: {
      tools: { prefixFormat: '' },
      backends: {
        one: { type: 'http', url: backend.url },
        broken: { type: 'stdio', command: process.execPath, args: ['-e', BROKEN] },
      },
    },
  });
});
beforeEach(() => {
  onCall = undefined;
  onListen = undefined;
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
});

const event = (text: string, id?: string): string =>
  `${id === undefined ? '' : `id: ${id}\n`}data: ${text}\n\n`;
const events = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });
const answered = ({ rpc }: LoggedRequest): string => answerText(rpc?.idText ?? '', { content: [] });

describe('hazard 22: the listening stream of a backend', () => {
  test.each([400, 404, 429])(
    verifies(['HTP-09'], 'that no longer knows where it stood, or not now (HTTP %i), is opened anew'),
    async (status) => {
      const asked: (string | undefined)[] = [];
      onListen = (request, response) => {
        const at = request.header('last-event-id');
        asked.push(at);
        if (asked.length === 2) return void response.writeHead(status).end();
        const text = messageText('notifications/message', { data: `of ${asked.length}` });
        events(response).write(event(text, `e${asked.length}`));
        if (asked.length === 1) response.end();
      };
      const session = await gateway.open();
      await using stream = await session.stream();
      await stream.waitFor(({ params }) => params?.data === 'of 3');
      // 404 is the end of the session, and of all that was known in it; 429 is no word about the place.
      expect(asked).toEqual([undefined, 'e1', status === 429 ? 'e1' : undefined]);
      await session.delete();
    },
  );
});

describe('a call', () => {
  test(
    verifies(['RES-01'], 'whose stream stays open behind the answer gives its connection back all the same'),
    async () => {
      const session = await gateway.open();
      const closed = new Promise((resolve) => {
        onCall = (request, response) => {
          response.once('close', resolve);
          events(response).write(event(answered(request)));
        };
      });
      expect((await session.call('echo')).message.result).toEqual({ content: [] });
      await closed;
      await session.delete();
    },
  );

  test('hazard 22: whose events have ids with blanks is taken up where it broke, and nothing comes twice', async () => {
    let call: LoggedRequest | undefined;
    const asked: (string | undefined)[] = [];
    const progress = (at: number): string =>
      messageText('notifications/progress', { progressToken: 'token-51', progress: at });
    onCall = (request, response) => {
      call = request;
      events(response).write(event(progress(1), 'a'));
      response.write(event(progress(2), 'b of call'), () => response.destroy());
    };
    const session = await gateway.open();
    onListen = (request, response) => {
      const at = request.header('last-event-id');
      if (at === undefined || call === undefined) return void response.writeHead(405).end();
      asked.push(at);
      events(response);
      if (at === 'a') response.write(event(progress(2), 'b of call'));
      response.end(event(answered(call), 'c of call'));
    };
    const heard = await callByEvents(gateway.url, session, 'echo', 51);
    await heard.over;
    expect(asked).toEqual(['b of call']);
    expect(heard.events.map(({ id }) => id?.split('.').at(-1))).toEqual(['a', 'b of call', 'c of call']);
    await session.delete();
  });

  test('hazard 22: of which we forgot events gets them from its backend, each once', async () => {
    const LAST = 700;
    const go = createLatch();
    let call: LoggedRequest | undefined;
    const asked: string[] = [];
    const progress = (at: number): string =>
      messageText('notifications/progress', { progressToken: 'token-52', progress: at });
    const send = (response: ServerResponse, from: number): void => {
      const all = Array.from({ length: LAST - from }, (_, n) => event(progress(from + n), `s/${from + n}`));
      events(response).write(all.join(''));
      void go.promise.then(() => response.end(event(answered(call as LoggedRequest), `s/${LAST}`)));
    };
    onCall = (request, response) => {
      call = request;
      send(response, 1);
    };
    onListen = (request, response) => {
      const at = request.header('last-event-id');
      if (at === undefined) return void response.writeHead(405).end();
      asked.push(at);
      send(response, Number(at.slice(2)) + 1);
    };
    const session = await gateway.open();
    const heard = await callByEvents(gateway.url, session, 'echo', 52);
    await heard.waitFor(({ data }) => data?.includes(`:${LAST - 1}}`) === true);
    heard.drop();
    await heard.over;
    const { id = '' } = heard.events.find(({ data }) => data?.includes('"progress":7}')) ?? {};
    await using resumed = await session.stream({ lastEventId: id });
    go.open();
    await resumed.waitFor((message) => message.id === 52);
    // First whether it repeats them at all: the call's own stream is not given up for a refusal.
    expect(asked).toEqual(['s/7', 's/7']);
    expect(resumed.messages().map((message) => message.params?.progress ?? 'answer')).toEqual([
      ...Array.from({ length: LAST - 8 }, (_, n) => n + 8),
      'answer',
    ]);
    await session.delete();
  });

  test('hazard 22: is told apart from another one whose backend gave its events the same ids', async () => {
    const go = createLatch();
    onCall = (request, response) => {
      events(response).write(event(messageText('notifications/progress', { progress: 1 }), '1'));
      void go.promise.then(() => response.end(event(answered(request), '2')));
    };
    const session = await gateway.open();
    const staying = await callByEvents(gateway.url, session, 'echo', 53);
    const left = await callByEvents(gateway.url, session, 'echo', 54);
    await staying.waitFor(({ data }) => data !== undefined);
    const { id = '' } = await left.waitFor(({ data }) => data !== undefined);
    left.drop();
    await using resumed = await session.stream({ lastEventId: id });
    go.open();
    expect((await resumed.waitFor((message) => message.id !== undefined)).id).toBe(54);
    await staying.waitFor(({ data }) => data?.includes('"id":53') === true);
    await session.delete();
  });

  test(
    verifies(
      ['HTP-04', 'CRA-02'],
      'hazard 15: whose process answers broken JSON where a task may be fails alone',
    ),
    async () => {
      const session = await gateway.open();
      await session.list('tools');
      const broken = await session.request('tools/call', { name: 'broken', arguments: {}, task: {} });
      expect(broken.message.error).toMatchObject({ code: -32603, message: 'broken sent broken JSON' });
      expect((await session.call('fine')).message.result).toEqual({ content: [] });
      await session.delete();
    },
  );
});
