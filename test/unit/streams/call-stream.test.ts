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
