import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { openCallStream } from '../../../electron/gateway/streams/call-stream.ts';
import { verifies } from '../../requirements/verifies.ts';

/** A response that nobody reads. */
const unread = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));
const message = (length: number): Buffer => Buffer.from(JSON.stringify({ text: 'x'.repeat(length) }));

/** A stream whose events are numbered, and whose client is given one event. */
function openStream() {
  let counter = 0;
  const response = unread();
  const stream = openCallStream(response, {
    of: () => `e${++counter}`,
    backendIdOf: () => undefined,
    isOurs: () => true,
    idText: '1',
    takesMarks: true,
  });
  return { response, stream };
}

test(
  verifies(
    ['RES-01'],
    'hazard 30: a storm of messages costs a client that does not read its connection, not us',
  ),
  () => {
    const { response, stream } = openStream();
    let most = 0;
    for (let n = 0; n < 2_000 && !response.destroyed; n++) {
      stream.event(message(64 * 1024));
      most = Math.max(most, response.writableLength);
    }
    expect(response.destroyed).toBe(true);
    expect(most).toBeLessThan(4.5 * 1024 * 1024);
    expect(stream.heldBytes()).toBeLessThan(1024 * 1024);
  },
);

test(verifies(['RES-01'], 'hazard 30: the answer is sent, however much waits before it'), () => {
  const { response, stream } = openStream();
  stream.event(message(5 * 1024 * 1024));
  stream.last(message(6 * 1024 * 1024));
  expect(response.destroyed).toBe(false);
  expect(response.writableLength).toBeGreaterThan(11 * 1024 * 1024);
});

test(verifies(['HTP-07'], 'progress among other messages waits once for a late client to catch up'), () => {
  const { response, stream } = openStream();
  stream.event(message(300 * 1024));
  const before = response.listenerCount('drain');
  for (let n = 0; n < 20; n++) {
    stream.progress(Buffer.from(`${n}`));
    stream.event(Buffer.from('"log"'));
  }
  expect(response.listenerCount('drain')).toBe(before + 1);
});

test(
  verifies(
    ['HTP-07'],
    'of the progress that waits for a late client only the newest is sent, before anything else',
  ),
  () => {
    const { response, stream } = openStream();
    const held = () => stream.after('').map(String);
    stream.event(message(300 * 1024));
    expect(stream.isLate()).toBe(true);
    stream.progress(Buffer.from('"one"'));
    stream.progress(Buffer.from('"two"'));
    expect(held()).toHaveLength(1);
    stream.event(Buffer.from('"log"'));
    stream.progress(Buffer.from('"three"'));
    response.emit('drain');
    stream.progress(Buffer.from('"four"'));
    stream.last(Buffer.from('"answer"'));
    const sent = held().map((frame) => /id: (e\d)\ndata: (.{0,8})/.exec(frame)?.slice(1));
    expect(sent.slice(1)).toEqual([
      ['e2', '"two"'],
      ['e3', '"log"'],
      ['e4', '"three"'],
      ['e5', '"four"'],
      ['e6', '"answer"'],
    ]);
    response.emit('drain');
    expect(held()).toHaveLength(6);
  },
);

test(verifies(['HTP-07'], 'a client that comes back gets the progress that waited for it'), () => {
  const { stream } = openStream();
  stream.event(message(300 * 1024));
  stream.progress(Buffer.from('"one"'));
  const next = unread();
  stream.resume(next, 'e1');
  expect(stream.response()).toBe(next);
  expect(stream.after('e1').map(String)).toEqual([expect.stringContaining('"one"')]);
});

test(verifies(['HTP-07'], 'a client that keeps up is not late'), () => {
  const { stream } = openStream();
  stream.event(message(64 * 1024));
  expect(stream.isLate()).toBe(false);
});
