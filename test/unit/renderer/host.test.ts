import { describe, expect, test } from 'vitest';
import { parseRoute } from '../../../renderer/app/router.ts';
import { takeFragmentToken } from '../../../renderer/host/fragment-token.ts';
import { readServerSentEvents } from '../../../renderer/host/read-server-sent-events.ts';
import { toHostEvent } from '../../../renderer/stores/host-event.ts';
import { lineDiff } from '../../../renderer/ui/line-diff.ts';
import { duration, relativeTime } from '../../../renderer/ui/relative-time.ts';

test('the fragment gives its token once and is cleared', () => {
  const replaced: string[] = [];
  const token = 'a'.repeat(43);
  const location = { hash: `#token=${token}`, pathname: '/', search: '' };
  const history = { replaceState: (_: unknown, __: string, url: string) => replaced.push(url) };
  expect(takeFragmentToken(location, history as never)).toBe(token);
  expect(replaced).toEqual(['/#/']);
  expect(takeFragmentToken({ ...location, hash: '#/backends/token=x' }, history as never)).toBeUndefined();
});

test('server-sent events are read across any cut, comments and damage skipped', async () => {
  const text =
    ': hello\n\nevent: a.b\ndata: {"x":\ndata: "ü"}\n\nevent: bad\ndata: {\n\ndata: {"no":"name"}\n\nevent: c\r\ndata: 1\r\n\r\n';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 7, bytes.length]) {
    const heard: unknown[] = [];
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.slice(index * size, (index + 1) * size),
    );
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const chunk of chunks) controller.enqueue(chunk);
        controller.close();
      },
    });
    await readServerSentEvents(body, (name, payload) => heard.push([name, payload]));
    expect(heard).toEqual([
      ['a.b', { x: 'ü' }],
      ['c', 1],
    ]);
  }
});

test('an event of another version is left aside', () => {
  expect(toHostEvent('sessions.changed', {})).toBeDefined();
  expect(toHostEvent('sessions.exploded', {})).toBeUndefined();
  expect(toHostEvent('__proto__', {})).toBeUndefined();
});

test('addresses are decoded, and a damaged one ends where it is damaged', () => {
  expect(parseRoute('#/backends/a%2Fb/edit')).toEqual(['backends', 'a/b', 'edit']);
  expect(parseRoute('#/tools/%E0%A4%A/x')).toEqual(['tools']);
  expect(parseRoute('')).toEqual([]);
});

describe('words for time', () => {
  test.each([
    [500, 'now'],
    [12_000, '12 s ago'],
    [260_000, '4 min ago'],
    [3 * 3_600_000, '3 h ago'],
    [50 * 3_600_000, '2 d ago'],
    [-300_000, 'in 5 min'],
  ])('%i ms', (gap, words) => expect(relativeTime(1e12 - gap, 1e12)).toBe(words));
  test('a span is never zero', () => expect(duration(3)).toBe('1 s'));
});

test('a difference names the lines that were kept, removed and added', () => {
  expect(lineDiff('a\nb\nc', 'a\nx\nc')).toEqual([
    { kind: 'same', text: 'a' },
    { kind: 'removed', text: 'b' },
    { kind: 'added', text: 'x' },
    { kind: 'same', text: 'c' },
  ]);
});
