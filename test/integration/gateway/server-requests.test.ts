import { expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { startSdkV1Backend } from '../../backends/sdk-v1-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1, connectV2 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { createLatch } from '../../support/latch.ts';
import { until } from '../../support/until.ts';

const CAPABLE = { elicitation: { form: {} }, sampling: {}, roots: { listChanged: true } };

function gatewayFor(backends: Record<string, { readonly url: string }>): Promise<TestGateway> {
  const entries = Object.entries(backends).map(([name, { url }]) => [name, { type: 'http', url }]);
  return startTestGateway({ config: { backends: Object.fromEntries(entries) } });
}
const sseBackend = (): Promise<PlainBackend> => startPlainBackend({ manners: { answers: 'sse' } });
const textOf = (answer: object): string => ('content' in answer ? JSON.stringify(answer.content) : '');

test(
  verifies(
    ['B75', 'HTP-16'],
    'elicitation, sampling and roots go to the session whose call asked, and to no other',
  ),
  async () => {
    await using one = await sseBackend();
    await using two = await sseBackend();
    await using gateway = await gatewayFor({ one, two });
    const asked: string[] = [];
    const person = (name: string) => ({
      onElicit: (message: string) => {
        asked.push(`${name}:${message}`);
        return `${name} says ${message}`;
      },
      onSample: (prompt: string) => `${name} continues ${prompt}`,
      roots: [{ uri: `file:///${name}` }],
    });
    await using alice = await connectV1(gateway.url, person('alice'));
    await using bob = await connectV2(gateway.url, person('bob'));
    const questions = ['alice', 'bob'].flatMap((name) =>
      ['one', 'two'].flatMap((backend) => [0, 1].map((count) => ({ name, backend, count }))),
    );
    const call = async (name: string, tool: string, args: Record<string, unknown>): Promise<string> =>
      name === 'alice'
        ? textOf(await alice.client.callTool({ name: tool, arguments: args }))
        : textOf(await bob.client.callTool({ name: tool, arguments: args }));
    await Promise.all(
      questions.map(async ({ name, backend, count }) => {
        const question = `${backend}-${count}`;
        expect(await call(name, `${backend}_ask`, { question })).toContain(`${name} says ${question}`);
        expect(await call(name, `${backend}_sample`, { prompt: question })).toContain(
          `${name} continues ${question}`,
        );
        expect(await call(name, `${backend}_roots`, {})).toContain(`file:///${name}`);
      }),
    );
    expect(asked).toHaveLength(8);
  },
);

test(
  verifies(['B75'], 'a question on the listening stream, and one of a process, reach their own session only'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await startTestGateway({
      config: {
        backends: { one: { type: 'http', url: one.url }, process: { type: 'stdio', ...stdioBackend() } },
      },
    });
    const person = (name: string) => ({ onElicit: (message: string) => `${name} says ${message}` });
    await using alice = await connectV1(gateway.url, person('alice'));
    await using bob = await connectV1(gateway.url, person('bob'));
    await until(() => one.openStreams() === 2, 'the listening streams of the backend');
    for (const [name, { client }] of [
      ['alice', alice],
      ['bob', bob],
    ] as const) {
      for (const tool of ['one_ask', 'process_ask']) {
        const answer = await client.callTool({ name: tool, arguments: { question: tool, via: 'listen' } });
        expect(textOf(answer)).toContain(`${name} says ${tool}`);
      }
    }
  },
);

test(
  verifies(['HTP-16'], 'hazard 03: a client that cannot answer is not asked: the backend gets -32601'),
  async () => {
    await using one = await sseBackend();
    await using gateway = await gatewayFor({ one });
    const session = await gateway.open();
    for (const tool of ['one_ask', 'one_sample', 'one_roots']) {
      const { message, messages } = await session.call(tool, { question: 'q', prompt: 'p' });
      expect(message.result.content[0].text).toContain('-32601');
      expect(messages).toHaveLength(1);
    }
  },
);

test(
  verifies(
    ['B75', 'SES-04'],
    'hazard 01: equal ids of backends are told apart; an answer counts once and only from its session',
  ),
  async () => {
    await using one = await sseBackend();
    await using two = await sseBackend();
    await using gateway = await gatewayFor({ one, two });
    const owner = await gateway.open({ capabilities: CAPABLE });
    const other = await gateway.open({ capabilities: CAPABLE });
    const ask = (tool: string) => {
      const arrived = createLatch<string | number>();
      const reply = owner.call(
        tool,
        { question: tool },
        {
          onMessage: ({ method, id }) => {
            if (method === 'elicitation/create' && id !== undefined && id !== null) arrived.open(id);
          },
        },
      );
      return { arrived: arrived.promise, reply };
    };
    const [first, second] = [ask('one_ask'), ask('two_ask')];
    const [firstId, secondId] = await Promise.all([first.arrived, second.arrived]);
    expect(firstId).not.toBe(secondId);
    const answer = (text: string) => ({ action: 'accept', content: { answer: text } });
    expect((await other.respond(firstId, answer('forged'))).status).toBe(202);
    await owner.respond(secondId, answer('to two'));
    await owner.respond(secondId, answer('to two again'));
    await owner.respond(firstId, answer('to one'));
    expect((await first.reply).message.result.content[0].text).toContain('to one');
    expect((await second.reply).message.result.content[0].text).toContain('to two');
    for (const backend of [one, two]) {
      const answers = backend.requests.filter(({ rpc }) => rpc?.result !== undefined);
      expect(answers.map(({ rpc }) => rpc?.idText)).toEqual(['0']);
    }
  },
);

test(
  verifies(['HTP-16'], 'an SDK server that asks in the middle of a call is answered by an SDK client'),
  async () => {
    await using sdk = await startSdkV1Backend();
    await using gateway = await gatewayFor({ sdk });
    await using connected = await connectV2(gateway.url, { onElicit: (message) => `yes to ${message}` });
    const answer = await connected.client.callTool({ name: 'sdk_ask', arguments: { question: 'really?' } });
    expect(textOf(answer)).toContain('yes to really?');
  },
);

test("hazard 04: progress comes under the caller's own token, also where two callers chose one token", async () => {
  await using one = await sseBackend();
  await using gateway = await startTestGateway({
    config: {
      backends: { one: { type: 'http', url: one.url }, process: { type: 'stdio', ...stdioBackend() } },
    },
  });
  for (const tool of ['one_progress', 'process_progress']) {
    const sessions = await Promise.all([gateway.open(), gateway.open()]);
    const replies = await Promise.all(
      sessions.map((session) =>
        session.request('tools/call', { name: tool, arguments: {}, _meta: { progressToken: 'same' } }),
      ),
    );
    for (const { messages } of replies) {
      const progress = messages.filter(({ method }) => method === 'notifications/progress');
      expect(progress.map(({ params }) => [params?.progressToken, params?.progress])).toEqual([
        ['same', 1],
        ['same', 2],
        ['same', 3],
      ]);
    }
  }
  await using connected = await connectV1(gateway.url);
  const seen: number[] = [];
  await connected.client.callTool({ name: 'one_progress', arguments: {} }, undefined, {
    onprogress: ({ progress }) => seen.push(progress),
  });
  expect(seen).toEqual([1, 2, 3]);
});

test('hazard 05: a cancellation reaches the backend that has the call, and no other call', async () => {
  await using one = await startPlainBackend();
  await using two = await startPlainBackend();
  await using gateway = await gatewayFor({ one, two });
  const holds = [one.hold('tools/call'), two.hold('tools/call')];
  const cancelling = await gateway.open();
  const other = await gateway.open();
  // The same JSON-RPC ids in both sessions: each counts from 1.
  const cancelled = cancelling.call('one_echo', { message: 'gone' });
  const [mine, theirs] = [
    cancelling.call('two_echo', { message: 'mine' }),
    other.call('one_echo', { message: 'theirs' }),
  ];
  await until(
    () => one.log.of('tools/call').length === 2 && two.log.of('tools/call').length === 1,
    'the calls',
  );
  await cancelling.notify('notifications/cancelled', { requestId: 1, reason: 'enough' });
  await cancelling.notify('notifications/cancelled', { requestId: 99 });
  const notice = await one.log.waitFor('notifications/cancelled');
  const victim = one.log.of('tools/call').find(({ body }) => body.includes('gone'));
  expect(notice.rpc?.params).toEqual({ requestId: 1, reason: 'enough' });
  expect(notice.header('mcp-session-id')).toBe(victim?.header('mcp-session-id'));
  expect((await cancelled).messages.filter(({ id }) => id !== undefined)).toEqual([]);
  for (const hold of holds) hold.release();
  expect((await mine).message.result.content[0].text).toBe('mine');
  expect((await theirs).message.result.content[0].text).toBe('theirs');
  expect([one, two].map((backend) => backend.log.of('notifications/cancelled').length)).toEqual([1, 0]);
});
