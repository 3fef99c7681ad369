import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import type { LoggedRequest } from '../../backends/request-log.ts';
import { answerText } from '../../backends/rpc-message.ts';
import { verifies } from '../../requirements/verifies.ts';
import { callByEvents } from '../../support/call-events.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { until } from '../../support/until.ts';

const CAPABLE = { elicitation: {}, roots: {} };
const TIMEOUT_MS = 60_000;

let backend: PlainBackend;
let gateway: TestGateway;
let onCall: ((request: LoggedRequest, response: ServerResponse) => void) | undefined;

beforeAll(async () => {
  backend = await startPlainBackend({
    manners: {
      takeOver: (request, response) => {
        if (request.rpc?.method !== 'tools/call' || onCall === undefined) return false;
        onCall(request, response);
        return true;
      },
    },
  });
  gateway = await startTestGateway({
    config: { tools: { prefixFormat: '' }, backends: { one: { type: 'http', url: backend.url } } },
  });
});
beforeEach(() => {
  onCall = undefined;
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
});

const question = (message: string): object => ({ message, requestedSchema: { type: 'object' } });
const answer = (request: LoggedRequest, response: ServerResponse): void =>
  void response
    .writeHead(200, { 'content-type': 'application/json' })
    .end(answerText(request.rpc?.idText ?? '', { content: [] }));

/** Opens a session whose client and whose backend listen. */
async function listeningSession() {
  const open = backend.openStreams();
  const session = await gateway.open({ capabilities: CAPABLE });
  const stream = await session.stream();
  await until(() => backend.openStreams() > open, 'the stream to the backend');
  return { session, stream };
}

describe('hazard 01: what a backend asks', () => {
  test(
    verifies(
      ['HTP-09', 'B75'],
      'is answered by nobody once its session is lost: the next one counts from the beginning',
    ),
    async () => {
      const { session, stream } = await listeningSession();
      await using _ = stream;
      backend.ask('elicitation/create', question('old')).catch(() => undefined);
      const old = await stream.waitFor(({ params }) => params?.message === 'old');
      const initialized = backend.log.of('initialize').length;
      backend.forgetSessions();
      await session.request('resources/read', { uri: 'test://one' });
      const told = await stream.waitFor(({ method }) => method === 'notifications/cancelled');
      expect(told.params?.requestId).toBe(old.id);
      await until(() => backend.log.of('initialize').length > initialized, 'the new session');
      await until(() => backend.openStreams() > 0, 'the new stream');
      const renewed = backend.ask('elicitation/create', question('new'));
      const asked = await stream.waitFor(({ params }) => params?.message === 'new');
      await session.respond(old.id, { action: 'decline' });
      await session.respond(asked.id, { action: 'accept', content: {} });
      expect((await renewed).result).toEqual({ action: 'accept', content: {} });
      await session.delete();
    },
  );

  test(
    verifies(['HTP-16'], 'and gives up waits for nothing: more of them can be asked than may wait at once'),
    async () => {
      const { session, stream } = await listeningSession();
      await using _ = stream;
      let refused = 0;
      for (let round = 0; round < 3; round++) {
        for (let n = 0; n < 64; n++)
          backend.ask('roots/list', {}).then(
            ({ error }) => {
              if (error !== undefined) refused++;
            },
            () => undefined,
          );
        const all = (round + 1) * 64;
        await until(
          () => refused > 0 || stream.messages().filter(({ id }) => id !== undefined).length === all,
        );
        // The backend counts from 0.
        for (let id = all - 64; id < all; id++) backend.push('notifications/cancelled', { requestId: id });
        await until(
          () => stream.messages().filter(({ method }) => method?.endsWith('/cancelled')).length === all,
          'the cancellations',
        );
      }
      expect(refused).toBe(0);
      await session.delete();
    },
  );
});

describe('hazard 04: progress that comes on the listening stream', () => {
  test(verifies(['HTP-02'], 'extends the limit of its call, and never shortens it'), async () => {
    const go = createLatch();
    let pushed = 0;
    onCall = (request, response) => void go.promise.then(() => answer(request, response));
    const { session, stream } = await listeningSession();
    await using _ = stream;
    const call = callByEvents(gateway.url, session, 'echo', 41);
    const exchange = await until(
      () => gateway.patchbay.gateway.sessions.get(session.id ?? '')?.inFlight.get('41'),
      'the call',
    );
    const seenAt = performance.timeOrigin + performance.now();
    await until(() => performance.timeOrigin + performance.now() > seenAt + 20);
    const progress = (): void =>
      backend.push('notifications/progress', { progressToken: 'token-41', progress: ++pushed });
    progress();
    const events = await call;
    await events.waitFor(({ data }) => data?.includes('"progress":1') === true);
    expect(exchange.tick(seenAt + TIMEOUT_MS + 15)).toBe(false);
    exchange.waitForClient();
    progress();
    await events.waitFor(({ data }) => data?.includes('"progress":2') === true);
    expect(exchange.tick(seenAt + 5 * TIMEOUT_MS)).toBe(false);
    go.open();
    await events.over;
    expect(events.events.at(-1)?.data).toContain('"result"');
    await session.delete();
  });
});

describe('hazard 05: a call that is given up', () => {
  test(verifies(['HTP-09'], 'while its backend is opened again: never reaches it'), async () => {
    const session = await gateway.open();
    await session.list('prompts');
    const asked = backend.log.of('prompts/get').length;
    backend.forgetSessions();
    const opening = backend.hold('initialize');
    const params = { name: 'greet', arguments: {} };
    const reply = session.post(JSON.stringify({ jsonrpc: '2.0', id: 900, method: 'prompts/get', params }));
    await opening.reached;
    await session.notify('notifications/cancelled', { requestId: 900 });
    expect((await reply).text).toBe('');
    opening.release();
    const next = await session.request('prompts/get', params);
    expect(next.message.id).not.toBe(900);
    // The first one met the lost session; the second is the later call's.
    expect(backend.log.of('prompts/get').length - asked).toBe(2);
    await session.delete();
  });
});

describe('hazard 05: a call that is given up before its tool is known', () => {
  test('reaches no backend, and the next one does', async () => {
    const called: (string | undefined)[] = [];
    onCall = (request, response) => {
      called.push(request.rpc?.idText);
      answer(request, response);
    };
    const listing = backend.hold('tools/list');
    const session = await gateway.open();
    const params = { name: 'echo', arguments: {} };
    const reply = session.post(JSON.stringify({ jsonrpc: '2.0', id: 901, method: 'tools/call', params }));
    await until(
      () => gateway.patchbay.gateway.sessions.get(session.id ?? '')?.preparing.has('901'),
      'the call',
    );
    await session.notify('notifications/cancelled', { requestId: 901 });
    listing.release();
    expect((await reply).text).toBe('');
    expect((await session.call('echo')).message.result).toEqual({ content: [] });
    expect(called).not.toContain('901');
    await session.delete();
  });
});

describe('what a backend notifies', () => {
  test(verifies(['TRN-15'], 'hazard 11: a log message is valid JSON whatever it lacks'), async () => {
    const { session, stream } = await listeningSession();
    await using _ = stream;
    for (const params of [{}, { logger: null, data: 1 }, { logger: {}, data: 2 }, { logger: 'own', data: 3 }])
      backend.push('notifications/message', params);
    await stream.waitFor(({ params }) => params?.data === 3);
    expect(stream.messages().map(({ params }) => params)).toEqual([
      { logger: 'one' },
      { logger: 'one', data: 1 },
      { logger: 'one', data: 2 },
      { logger: 'one/own', data: 3 },
    ]);
    await session.delete();
  });

  test('hazard 10: of a part of a subscribed resource arrives; of its neighbour it does not', async () => {
    const { session, stream } = await listeningSession();
    await using _ = stream;
    await session.request('resources/subscribe', { uri: 'test://one' });
    for (const uri of ['test://one/part', 'test://one-more', 'test://one'])
      backend.push('notifications/resources/updated', { uri });
    await stream.waitFor(({ params }) => params?.uri === 'test://one');
    expect(stream.messages().map(({ params }) => params?.uri)).toEqual(['test://one/part', 'test://one']);
    await session.delete();
  });
});
