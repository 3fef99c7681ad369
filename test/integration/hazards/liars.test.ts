import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Lie, lies } from '../../backends/lies.ts';
import { type LyingBackend, startLyingBackend } from '../../backends/lying-backend.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import type { Session } from '../../support/session.ts';

let liar: LyingBackend;
let healthy: PlainBackend;
let gateway: TestGateway;
let session: Session;

beforeAll(async () => {
  liar = await startLyingBackend();
  healthy = await startPlainBackend();
  const entry = ({ url }: { url: string }) => ({ type: 'http', url });
  gateway = await startTestGateway({ config: { backends: { liar: entry(liar), healthy: entry(healthy) } } });
  session = await gateway.open();
  await session.list('tools');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await liar.close();
  await healthy[Symbol.asyncDispose]();
});

const callOf = (id: number, name: string, message: string): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params: { name, arguments: { message } } });
/** Answers under an id that a call to the healthy backend has at this moment. */
const stolenId: Lie = (response) =>
  void response
    .writeHead(200, { 'content-type': 'application/json' })
    .end('{"jsonrpc":"2.0","id":8001,"result":{"content":[{"type":"text","text":"stolen"}]}}');

const told: [string, Lie][] = [
  ['stolenId', stolenId],
  ...(
    [
      'wrongId',
      'idOfOtherType',
      'nullId',
      'resultAndError',
      'twoAnswers',
      'strangerFirst',
      'requestWithSameId',
      'batch',
      'notJson',
      'cutJson',
      'noAnswer',
      'cutInTheMiddle',
      'reset',
      'accepted',
      'notHttp',
      'notificationStorm',
      'neverAnswer',
    ] as const
  ).map((name): [string, Lie] => [name, lies[name]]),
];

test.each(told)(
  verifies(['HTP-04', 'SES-04'], 'a backend that lies (%s) harms no call to another one under way'),
  async (_, lie) => {
    liar.lie('tools/call', lie);
    const hold = healthy.hold('tools/call');
    const others = [8001, 8002, 8003].map((id) => session.post(callOf(id, 'healthy_echo', `m${id}`)));
    await hold.reached;
    const gone = new AbortController();
    const lied = session.post(callOf(8100, 'liar_echo', 'm'), { signal: gone.signal }).catch(() => undefined);
    await liar.log.waitFor('tools/call');
    hold.release();
    for (const [index, { status, message }] of (await Promise.all(others)).entries()) {
      const id = 8001 + index;
      expect([status, message.id, message.result?.content[0].text]).toEqual([200, id, `m${id}`]);
    }
    // Lies without an end are given up by the caller.
    await session.notify('notifications/cancelled', { requestId: 8100 });
    const reply = await lied;
    gone.abort();
    expect(reply?.text ?? '').not.toContain('stolen');
    expect(reply?.messages.filter(({ id }) => id !== undefined).length ?? 0).toBeLessThanOrEqual(1);
    liar.confess();
    const after = await session.post(callOf(8200, 'liar_echo', 'honest again'));
    expect(after.message.result.content[0].text).toBe('honest again');
  },
);

test.each(['repeating', 'endless'] as const)(
  verifies(['HTP-12'], 'a list whose cursor is %s ends, and the other backend is listed whole'),
  async (cursors) => {
    await using circling = await startPlainBackend({ catalog: { cursors } });
    await using served = await startTestGateway({
      config: {
        backends: {
          circling: { type: 'http', url: circling.url },
          healthy: { type: 'http', url: healthy.url },
        },
      },
    });
    const { message } = await (await served.open()).list('tools');
    const names = message.result.tools.map(({ name }: { name: string }) => name);
    expect(names.filter((name: string) => name.startsWith('healthy_'))).toHaveLength(7);
    expect(circling.log.of('tools/list').length).toBeLessThanOrEqual(101);
  },
);
