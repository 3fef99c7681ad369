import { describe, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { textResult } from '../../backends/tool-calls.ts';
import { verifies } from '../../requirements/verifies.ts';
import type { RpcMessage, Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';
import { startWireGateway, textOf, type WireGateway } from '../../support/wire-gateway.ts';
import { backendOf } from './backend-states.ts';

const CAPABLE = { sampling: {}, elicitation: {}, roots: { listChanged: true } };

async function gatewayOf(backends: Record<string, PlainBackend>): Promise<WireGateway> {
  const entries = Object.entries(backends).map(([name, { url }]) => [name, { type: 'http', url }]);
  return await startWireGateway({ backends: Object.fromEntries(entries) });
}

/** Calls a tool that asks back, and answers what arrives on the call's own stream. */
async function answered(
  session: Session,
  tool: string,
  args: object,
  answer: (message: RpcMessage) => object,
) {
  const asked: RpcMessage[] = [];
  const responses: Promise<unknown>[] = [];
  const reply = await session.call(tool, args, {
    onMessage: (message) => {
      if (message.method === undefined) return;
      asked.push(message);
      responses.push(session.respond(message.id, answer(message)));
    },
  });
  await Promise.all(responses);
  return { reply, asked };
}

describe('a request of a backend', () => {
  test(
    verifies(['HTP-16', 'B75'], 'hazard 02: reaches the client on the stream of the call that it belongs to'),
    async () => {
      await using backend = await startPlainBackend({ manners: { answers: 'sse' } });
      await using gateway = await gatewayOf({ one: backend });
      const session = await gateway.open({ capabilities: CAPABLE });
      const bystander = await gateway.open({ capabilities: CAPABLE });
      await using foreign = await bystander.stream();
      await using own = await session.stream();
      const sampled = await answered(session, 'one_sample', { prompt: 'p' }, () => ({
        role: 'assistant',
        n: 1,
      }));
      expect(sampled.asked).toMatchObject([{ method: 'sampling/createMessage' }]);
      expect(JSON.parse(textOf(sampled.reply))).toEqual({ role: 'assistant', n: 1 });
      const asked = await answered(session, 'one_ask', { question: 'q' }, () => ({ action: 'decline' }));
      expect(asked.asked).toMatchObject([{ method: 'elicitation/create', params: { message: 'q' } }]);
      const rooted = await answered(session, 'one_roots', {}, () => ({ roots: [] }));
      expect(JSON.parse(textOf(rooted.reply))).toEqual({ roots: [] });
      backend.push('notifications/message', { level: 'info', data: 'end' });
      for (const stream of [foreign, own]) {
        await stream.waitFor(({ params }) => params?.data === 'end');
        expect(stream.messages().filter(({ id }) => id !== undefined)).toEqual([]);
      }
    },
  );

  test(
    verifies(['HTP-16', 'B75'], 'outside of a call reaches the listening stream of its own session'),
    async () => {
      await using backend = await startPlainBackend();
      await using gateway = await gatewayOf({ one: backend });
      const [other, session] = [
        await gateway.open({ capabilities: CAPABLE }),
        await gateway.open({ capabilities: CAPABLE }),
      ];
      await using foreign = await other.stream();
      await using stream = await session.stream();
      await until(() => backend.openStreams() === 2, 'the streams to the backend');
      const answer = backend.ask('elicitation/create', { message: 'for the newest', requestedSchema: {} });
      const asked = await stream.waitFor(({ method }) => method === 'elicitation/create');
      await session.respond(asked.id, { action: 'cancel' });
      expect((await answer).result).toEqual({ action: 'cancel' });
      backend.push('notifications/message', { level: 'info', data: 'end' });
      await foreign.waitFor(({ params }) => params?.data === 'end');
      expect(foreign.messages().filter(({ id }) => id !== undefined)).toEqual([]);
    },
  );

  test(
    verifies(
      ['B75', 'HTP-16', 'SES-04'],
      'is told apart from all others: two backends, two sessions, ids from 0',
    ),
    async () => {
      await using first = await startPlainBackend({ manners: { answers: 'sse' } });
      await using second = await startPlainBackend({ manners: { answers: 'sse' } });
      await using gateway = await startWireGateway({
        backends: {
          first: { type: 'http', url: first.url },
          second: { type: 'http', url: second.url },
          third: { type: 'stdio', ...stdioBackend() },
        },
      });
      const sessions = [
        await gateway.open({ capabilities: CAPABLE }),
        await gateway.open({ capabilities: CAPABLE }),
      ];
      for (const session of sessions) await session.list('tools');
      const rounds = sessions.flatMap((session, who) =>
        ['first', 'second', 'third'].flatMap((backend) =>
          [1, 2, 3].map((round) => ({ session, who, backend, question: `${who}-${backend}-${round}` })),
        ),
      );
      const seen = new Map<number, RpcMessage['id'][]>([
        [0, []],
        [1, []],
      ]);
      // Nobody answers before everybody has asked: only then do equal ids meet.
      const open: { session: Session; message: RpcMessage }[] = [];
      const replies = rounds.map(({ session, who, backend, question }) =>
        session.call(
          `${backend}_ask`,
          { question },
          {
            onMessage: (message) => {
              if (message.method === undefined) return;
              seen.get(who)?.push(message.id);
              open.push({ session, message });
            },
          },
        ),
      );
      await until(() => open.length === rounds.length, 'all questions');
      for (const { session, message } of open.reverse()) {
        await session.respond(message.id, { action: 'accept', content: { echoed: message.params?.message } });
      }
      const texts = (await Promise.all(replies)).map((reply) => JSON.parse(textOf(reply)).content.echoed);
      expect(texts).toEqual(rounds.map(({ question }) => question));
      for (const ids of seen.values()) expect(new Set(ids).size).toBe(ids.length);
    },
  );

  test(verifies(['HTP-16'], 'is answered once: a second answer, and a guess, reach nobody'), async () => {
    await using backend = await startPlainBackend({ manners: { answers: 'sse' } });
    await using gateway = await gatewayOf({ one: backend });
    const session = await gateway.open({ capabilities: CAPABLE });
    const thief = await gateway.open({ capabilities: CAPABLE });
    const { asked } = await answered(session, 'one_ask', { question: 'q' }, (message) => {
      void thief.respond(message.id, { action: 'accept', content: { by: 'thief' } });
      return { action: 'decline' };
    });
    await session.respond(asked[0]?.id, { action: 'accept' });
    for (const id of [0, 1, 2, '0', 'patchbay-1']) await session.respond(id, { action: 'accept' });
    await session.request('ping');
    expect(backend.log.of('response').map(({ rpc }) => rpc?.result)).toEqual([{ action: 'decline' }]);
  });

  test.each([
    ['sample', 'sampling'],
    ['ask', 'elicitation'],
    ['roots', 'roots'],
  ])(verifies(['HTP-16'], '%s is -32601 when the client does not offer %s'), async (tool) => {
    await using backend = await startPlainBackend({ manners: { answers: 'sse' } });
    await using gateway = await gatewayOf({ one: backend });
    const session = await gateway.open({ capabilities: {} });
    const reply = await session.call(`one_${tool}`, { prompt: 'p', question: 'q' });
    expect(JSON.parse(textOf(reply))).toMatchObject({ code: -32601 });
    expect(reply.messages).toHaveLength(1);
  });

  test(
    verifies(['HTP-16'], 'that bothers a person is passed on ten times a minute, and no more'),
    async () => {
      await using backend = await startPlainBackend({ manners: { answers: 'sse' } });
      await using gateway = await gatewayOf({ one: backend });
      const session = await gateway.open({ capabilities: CAPABLE });
      const texts: string[] = [];
      for (let round = 0; round < 12; round += 1) {
        const { reply } = await answered(session, 'one_ask', { question: 'q' }, () => ({
          action: 'decline',
        }));
        texts.push(textOf(reply));
      }
      expect(texts.map((text) => JSON.parse(text).code)).toEqual([
        ...Array.from({ length: 10 }, () => undefined),
        -32000,
        -32000,
      ]);
      // Another session has its own measure.
      const other = await gateway.open({ capabilities: CAPABLE });
      const { reply } = await answered(other, 'one_ask', { question: 'q' }, () => ({ action: 'decline' }));
      expect(JSON.parse(textOf(reply))).toEqual({ action: 'decline' });
    },
  );

  test(verifies(['HTP-16'], 'ping is answered by the gateway itself'), async () => {
    await using backend = await startPlainBackend();
    await using gateway = await gatewayOf({ one: backend });
    const session = await gateway.open();
    await until(() => backend.openStreams() === 1, 'the stream to the backend');
    expect((await backend.ask('ping', {})).result).toEqual({});
    expect((await session.request('ping')).message.result).toEqual({});
  });
});

describe('a call that is cancelled', () => {
  test(
    verifies(['HTP-04'], 'is told to its backend alone; late and second answers reach nobody'),
    async () => {
      for (const answers of ['json', 'sse'] as const) {
        await using backend = await startPlainBackend({ manners: { answers } });
        await using other = await startPlainBackend();
        await using gateway = await gatewayOf({ one: backend, other });
        const session = await gateway.open();
        await session.list('tools');
        const held = backend.hold('tools/call');
        const call = session.post(
          '{"jsonrpc":"2.0","id":"late","method":"tools/call","params":{"name":"one_echo","arguments":{"message":"m"}}}',
        );
        await held.reached;
        await session.notify('notifications/cancelled', { requestId: 'late', reason: 'changed my mind' });
        const told = await backend.log.waitFor('notifications/cancelled');
        expect(told.rpc?.params).toEqual({ requestId: 'late', reason: 'changed my mind' });
        expect((await call).messages).toEqual([]);
        held.release();
        expect(textOf(await session.call('one_echo', { message: 'next' }))).toBe('next');
        expect(other.log.of('notifications/cancelled')).toEqual([]);
        expect(backendOf(gateway, 'one').session.state().state).toBe('ready');
      }
    },
  );

  test(verifies(['HTP-04', 'SES-04'], 'ends no call of the same id in another session'), async () => {
    await using backend = await startPlainBackend();
    await using gateway = await gatewayOf({ one: backend });
    const [session, other] = [await gateway.open(), await gateway.open()];
    for (const one of [session, other]) await one.list('tools');
    const held = backend.hold('tools/call');
    const text =
      '{"jsonrpc":"2.0","id":3,"method":"tools/call","params":{"name":"one_echo","arguments":{"message":"m"}}}';
    const calls = [session.post(text), other.post(text)];
    await until(() => backend.log.of('tools/call').length === 2, 'both calls');
    await other.notify('notifications/cancelled', { requestId: 3 });
    held.release();
    expect((await Promise.all(calls)).map(textOf)).toEqual(['m', '']);
  });

  test(
    verifies(['HTP-04'], 'hazard 05: by a lost connection is no cancel: the backend is not told'),
    async () => {
      await using backend = await startPlainBackend();
      await using gateway = await gatewayOf({ one: backend });
      const session = await gateway.open();
      await session.list('tools');
      const held = backend.hold('tools/call');
      const leaving = new AbortController();
      const call = session.call('one_echo', { message: 'm' }, { signal: leaving.signal });
      await held.reached;
      leaving.abort();
      await expect(call).rejects.toThrow();
      held.release();
      expect(textOf(await session.call('one_echo', { message: 'n' }))).toBe('n');
      expect(backend.log.of('notifications/cancelled')).toEqual([]);
    },
  );
});

test(
  verifies(['HTP-04', 'SES-04'], 'progress goes to the caller whose token it bears, on every wire'),
  async () => {
    const toolHandlers = {
      twice: async (
        _args: unknown,
        { notify }: { notify(method: string, params: unknown): void },
        message: { params: Record<string, unknown> },
      ) => {
        const { progressToken } = message.params._meta as { progressToken: unknown };
        notify('notifications/progress', { progressToken, progress: 1 });
        notify('notifications/progress', { progressToken: 'of nobody', progress: 1 });
        return textResult(String(progressToken));
      },
    };
    await using backend = await startPlainBackend({
      catalog: { toolHandlers },
      manners: { answers: 'json' },
    });
    await using gateway = await gatewayOf({ one: backend });
    const session = await gateway.open();
    await session.list('tools');
    await until(() => backend.openStreams() === 1, 'the stream to the backend');
    const tokens = Array.from({ length: 10 }, (_, index) => (index % 2 === 0 ? index : `t${index}`));
    const replies = await Promise.all(
      tokens.map((progressToken) =>
        session.request('tools/call', { name: 'one_twice', arguments: {}, _meta: { progressToken } }),
      ),
    );
    for (const [index, reply] of replies.entries()) {
      expect(textOf(reply)).toBe(String(tokens[index]));
      for (const { params } of reply.messages.slice(0, -1)) expect(params?.progressToken).toBe(tokens[index]);
    }
  },
);
