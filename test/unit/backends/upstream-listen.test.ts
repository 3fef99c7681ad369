import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openUpstreamListen } from '../../../electron/backends/modern/upstream-listen.ts';
import type { AnswerReceiver, InboundMessage, Transport } from '../../../electron/backends/transport.ts';
import { verifies } from '../../requirements/verifies.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Listened {
  readonly id: string;
  readonly filter: Record<string, unknown>;
  readonly bytes: Buffer;
  readonly receiver: AnswerReceiver;
}

/** A backend's wire in the hands of the test, and the listening request under way at it. */
function start(listChanged = true) {
  const asked: Listened[] = [];
  const ended: string[] = [];
  const heard: string[] = [];
  const inner: Pick<Transport, 'request'> = {
    request({ idText, bytes }, receiver) {
      const { params } = JSON.parse(bytes.toString('utf8'));
      asked.push({ id: idText, filter: params.notifications, bytes, receiver });
      return { abandon: () => void ended.push(idText) };
    },
  };
  const listen = openUpstreamListen({
    inner: inner as Transport,
    envelope: (forTasks) => `"tasks":${forTasks}`,
    caller: { kind: 'anonymous' },
    capabilities: listChanged ? { tools: { listChanged: true } } : {},
    deliver: ({ bytes }) => void heard.push(bytes.toString('utf8')),
    abandoned: () => undefined,
  });
  return { listen, asked, ended, heard };
}

function acknowledge({ receiver, filter }: Listened, notifications: object = filter): void {
  const method = 'notifications/subscriptions/acknowledged';
  const bytes = Buffer.from(JSON.stringify({ jsonrpc: '2.0', method, params: { notifications } }));
  receiver.related({ method, bytes } satisfies InboundMessage);
}

function finish({ id, receiver }: Listened, body: object = { result: {} }): void {
  receiver.answer(Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(id), ...body })));
}

const at = <T>(list: readonly T[], index: number): T => list.at(index) as T;

test('changes that overtake each other are all told, and leave one request open', async () => {
  const { listen, asked, ended } = start();
  const first = listen.subscribe('resourceSubscriptions', 'x://1');
  vi.advanceTimersByTime(1);
  const second = listen.subscribe('resourceSubscriptions', 'x://2');
  vi.advanceTimersByTime(1);
  expect(asked.map(({ filter }) => filter.resourceSubscriptions)).toEqual([
    undefined,
    ['x://1'],
    ['x://1', 'x://2'],
  ]);
  acknowledge(at(asked, 2));
  expect(await Promise.all([first, second])).toEqual([true, true]);
  expect(ended).toEqual([at(asked, 0).id, at(asked, 1).id]);
});

test('what a backend leaves out of its acknowledgement was not taken, and is not asked for again', async () => {
  const { listen, asked } = start();
  const taken = [listen.subscribe('resourceSubscriptions', 'x://1'), listen.subscribe('taskIds', 't')];
  vi.advanceTimersByTime(1);
  acknowledge(at(asked, 1), { toolsListChanged: true, taskIds: ['t'] });
  expect(await Promise.all(taken)).toEqual([false, true]);
  void listen.subscribe('resourceSubscriptions', 'x://2');
  vi.advanceTimersByTime(1);
  expect(at(asked, 2).filter).toEqual({
    toolsListChanged: true,
    resourceSubscriptions: ['x://2'],
    taskIds: ['t'],
  });
});

test('tasks are named only under the capability that they take', () => {
  const { listen, asked } = start();
  void listen.subscribe('taskIds', 't');
  vi.advanceTimersByTime(1);
  expect(asked.map(({ bytes }) => bytes.includes('"tasks":true'))).toEqual([false, true]);
});

test(verifies(['HTP-18'], 'a backend that acknowledges and ends at once is asked ever more seldom'), () => {
  const { asked, heard } = start();
  for (let minute = 0; minute < 30; minute++) {
    for (let second = 0; second < 60; second++) {
      const before = asked.length;
      const last = at(asked, -1);
      if (!heard.includes(last.id)) {
        heard.push(last.id);
        acknowledge(last);
        finish(last);
      }
      vi.advanceTimersByTime(1_000);
      expect(asked.length - before).toBeLessThan(3);
    }
  }
  expect(asked.length).toBeLessThan(25);
});

test('a stream that was steady is opened again soon; what was listened for counts as changed', async () => {
  const { listen, asked, heard } = start();
  const taken = listen.subscribe('resourceSubscriptions', 'x://1');
  vi.advanceTimersByTime(1);
  acknowledge(at(asked, -1));
  expect(await taken).toBe(true);
  for (let round = 0; round < 5; round++) {
    vi.advanceTimersByTime(60_000);
    heard.length = 0;
    finish(at(asked, -1));
    vi.advanceTimersByTime(500);
    acknowledge(at(asked, -1));
    expect(heard.map((text) => JSON.parse(text))).toEqual([
      { jsonrpc: '2.0', method: 'notifications/tools/list_changed' },
      { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri: 'x://1' } },
    ]);
  }
  expect(asked).toHaveLength(7);
});

test.each([
  [-32601, 1],
  [-32000, 2],
])('after the error %i it was asked %i times', async (code, times) => {
  const { listen, asked } = start(false);
  const taken = listen.subscribe('resourceSubscriptions', 'x://1');
  vi.advanceTimersByTime(1);
  finish(at(asked, 0), { error: { code, message: 'no' } });
  vi.advanceTimersByTime(500);
  expect(asked).toHaveLength(times);
  expect(await taken).toBe(times > 1);
});

test('the end lets nobody wait', async () => {
  const { listen, asked, ended } = start();
  const taken = listen.subscribe('resourceSubscriptions', 'x://1');
  listen.close();
  expect(await taken).toBe(true);
  expect(ended).toEqual([at(asked, 0).id]);
});
