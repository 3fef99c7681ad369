import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import type { LoggedRequest } from '../../backends/request-log.ts';
import { answerText, errorText, messageText } from '../../backends/rpc-message.ts';
import { verifies } from '../../requirements/verifies.ts';
import { callByEvents } from '../../support/call-events.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import type { Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';

type Step = (request: LoggedRequest, response: ServerResponse) => void;

let backend: PlainBackend;
let gateway: TestGateway;
let onCall: Step;
let onListen: Step | undefined;

beforeAll(async () => {
  backend = await startPlainBackend({
    manners: {
      takeOver: (request, response) => {
        const isCall = request.rpc?.method === 'tools/call';
        const resumes = request.httpMethod === 'GET' && request.header('last-event-id') !== undefined;
        const step = isCall ? onCall : resumes ? onListen : undefined;
        step?.(request, response);
        return step !== undefined;
      },
    },
  });
  gateway = await startTestGateway({
    config: { tools: { prefixFormat: '' }, backends: { one: { type: 'http', url: backend.url } } },
  });
});
beforeEach(() => {
  onCall = inTwo('small');
  onListen = (_, response) => void response.writeHead(400).end();
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
});

const event = (text: string, id: string): string => `id: ${id}\ndata: ${text}\n\n`;
const events = (response: ServerResponse): ServerResponse =>
  response.writeHead(200, { 'content-type': 'text/event-stream' });
const progress = (token: string, at: number): string =>
  messageText('notifications/progress', { progressToken: token, progress: at });
const answered = ({ rpc }: LoggedRequest, text = ''): string =>
  answerText(rpc?.idText ?? '', { content: [{ type: 'text', text }] });
const LOST = { code: -32000, data: { code: 'request.answer-lost' } };

/** Progress, then the answer, each with an id. */
function inTwo(text: string): Step {
  return (request, response) =>
    void events(response).end(event(progress('any', 1), 'a') + event(answered(request, text), 'b'));
}

/** Makes one call and reads it whole; answers the ids of its events. */
async function finished(session: Session, id: number): Promise<string[]> {
  const call = await callByEvents(gateway.url, session, 'echo', id);
  await call.over;
  expect(call.events).toHaveLength(2);
  return call.events.map((one) => one.id ?? '');
}

describe('hazard 22: the client of a call that is over', () => {
  test('is told that a large answer, sent once, is not held', async () => {
    const session = await gateway.open();
    onCall = inTwo('x'.repeat(1024 * 1024));
    const [first = '', last = ''] = await finished(session, 10);
    await using has = await session.stream({ lastEventId: last });
    expect(has.status).toBe(405);
    await using resumed = await session.stream({ lastEventId: first });
    await resumed.ended;
    expect(resumed.messages()).toMatchObject([{ id: 10, error: LOST }]);
    await using again = await session.stream({ lastEventId: resumed.events[0]?.id ?? '' });
    expect(again.status).toBe(405);
    await session.delete();
  });

  test('is told that an answer waited for it too long behind others', async () => {
    const session = await gateway.open();
    const [first = '', last = ''] = await finished(session, 100);
    for (let id = 101; id <= 140; id++) await finished(session, id);
    await using resumed = await session.stream({ lastEventId: first });
    await resumed.ended;
    expect(resumed.messages()).toMatchObject([{ id: 100, error: LOST }]);
    await using again = await session.stream({ lastEventId: resumed.events[0]?.id ?? '' });
    expect(again.status).toBe(405);
    await using stranger = await (await gateway.open()).stream({ lastEventId: last });
    expect(stranger.status).toBe(400);
    await session.delete();
  });

  test.each([
    [20, 'was large', 1, 1024 * 1024],
    [30, 'waited too long behind others', 41, 1],
  ])(
    'gets the answer of call %i from its backend, which keeps it where we do not: it %s',
    async (id, _why, calls, length) => {
      const session = await gateway.open();
      const asked: (string | undefined)[] = [];
      onCall = inTwo('x'.repeat(length));
      const [first = ''] = await finished(session, id);
      for (let more = 1; more < calls; more++) await finished(session, id * 100 + more);
      onListen = (request, response) => {
        asked.push(request.header('last-event-id'));
        const text = answerText(String(id), { content: [{ type: 'text', text: 'once more' }] });
        events(response).write(event(progress('any', 2), 'a2') + event(text, 'b'));
      };
      await using resumed = await session.stream({ lastEventId: first });
      await resumed.ended;
      expect(resumed.messages()).toEqual([
        { jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: 'once more' }] } },
      ]);
      expect(asked).toEqual(['a']);
      await session.delete();
    },
  );

  test('gets the answer where only the event that it names was forgotten', async () => {
    const session = await gateway.open();
    onCall = (request, response) => {
      const all = Array.from({ length: 700 }, (_, n) => event(progress('token-11', n), `s${n}`));
      events(response).end(all.join('') + event(answered(request, 'here'), 'last'));
    };
    const call = await callByEvents(gateway.url, session, 'echo', 11);
    await call.over;
    await using resumed = await session.stream({ lastEventId: call.events[3]?.id ?? '' });
    await resumed.ended;
    expect(resumed.messages().at(-1)).toMatchObject({ id: 11, result: { content: [{ text: 'here' }] } });
    await session.delete();
  });

  test('is not made to come back again and again behind its end', async () => {
    const session = await gateway.open();
    onCall = (request, response) => {
      const fault = errorText(request.rpc?.idText ?? '', { code: -32602, message: 'no' });
      events(response).end(event(progress('any', 1), 'p') + event(fault, 'e'));
    };
    const [, last = ''] = await finished(session, 12);
    await using again = await session.stream({ lastEventId: last });
    expect(again.status).toBe(405);
    await session.delete();
  });
});

test('hazard 22: a backend that refuses to repeat forgotten events: the call goes on, and its client gets the rest', async () => {
  const go = createLatch();
  const asked: (string | undefined)[] = [];
  onListen = (request, response) => {
    asked.push(request.header('last-event-id'));
    response.writeHead(400).end();
  };
  onCall = (request, response) => {
    const all = Array.from({ length: 700 }, (_, n) => event(progress('token-13', n), `s${n}`));
    events(response).write(all.join(''));
    void go.promise.then(() => response.end(event(answered(request, 'in the end'), 'last')));
  };
  const session = await gateway.open();
  const call = await callByEvents(gateway.url, session, 'echo', 13);
  await call.waitFor(({ data }) => data?.includes(':699}') === true);
  call.drop();
  await call.over;
  await using resumed = await session.stream({ lastEventId: call.events[2]?.id ?? '' });
  await resumed.waitFor(({ params }) => params?.progress === 699);
  go.open();
  expect(await resumed.waitFor(({ id }) => id === 13)).toMatchObject({
    result: { content: [{ text: 'in the end' }] },
  });
  expect(asked).toEqual(['s2']);
  await session.delete();
});

describe('hazard 02: a question on the stream of a call that can carry nothing any more', () => {
  const QUESTION = { message: 'who?', requestedSchema: { type: 'object' } };

  test.each([
    [14, true],
    [15, false],
  ])(
    verifies(['B75'], 'goes to the listening stream, or waits for one (call %i, listening: %s)'),
    async (id, listensBefore) => {
      const reached = createLatch();
      const go = createLatch();
      let gone: Promise<unknown> | undefined;
      onCall = (request, response) => {
        reached.open();
        void go.promise.then(() => {
          const question = { jsonrpc: '2.0', id: `q${id}`, method: 'elicitation/create', params: QUESTION };
          events(response).write(event(JSON.stringify(question), 'a'));
          gone = backend.log
            .waitFor(({ rpc }) => rpc?.method === undefined && rpc?.idText === `"q${id}"`)
            .then(() => response.end(event(answered(request), 'b')));
        });
      };
      const session = await gateway.open({ capabilities: { elicitation: {} } });
      const early = listensBefore ? await session.stream() : undefined;
      const abort = new AbortController();
      const params = { name: 'echo', arguments: {} };
      const call = session
        .post(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }), {
          signal: abort.signal,
        })
        .catch(() => undefined);
      await reached.promise;
      const exchange = gateway.patchbay.gateway.sessions.get(session.id ?? '')?.inFlight.get(String(id));
      abort.abort();
      await call;
      await until(() => exchange?.takesMessages() === false, 'the loss of the connection');
      go.open();
      await using stream = early ?? (await session.stream());
      const asked = await stream.waitFor(({ method }) => method === 'elicitation/create');
      await session.respond(asked.id, { action: 'accept', content: {} });
      await gone;
      await session.delete();
    },
  );
});
