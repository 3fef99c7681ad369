import { expect, test } from 'vitest';
import { createHeldTopics } from '../../../electron/gateway/modern/held-topics.ts';
import { createLatch } from '../../support/latch.ts';

/** A topic whose backend answers when it is let; `said` is what the backend was told, in order. */
function topicOf(said: string[], verdicts: readonly Promise<boolean>[], goodbye = Promise.resolve()) {
  let asked = 0;
  return {
    begin: async () => {
      said.push('begin');
      return (await verdicts[asked++]) ?? true;
    },
    end: async () => {
      said.push('end');
      await goodbye;
      said.push('ended');
    },
  };
}

test('the first one asks, all wait for the verdict, the last one says goodbye', async () => {
  const said: string[] = [];
  const verdict = createLatch<boolean>();
  const held = createHeldTopics();
  const topic = topicOf(said, [verdict.promise]);
  const granted = Promise.all([held.hold('k', topic), held.hold('k', topic)]);
  verdict.open(true);
  expect(await granted).toEqual([true, true]);
  held.release('k');
  expect(said).toEqual(['begin']);
  expect([...held.keys()]).toEqual(['k']);
  held.release('k');
  expect([...held.keys()]).toEqual([]);
  expect(said).toEqual(['begin', 'end']);
});

test('a refusal is everybody’s, is given back once, and is no memory', async () => {
  const said: string[] = [];
  const held = createHeldTopics();
  const topic = topicOf(said, [Promise.resolve(false)]);
  expect(await Promise.all([held.hold('k', topic), held.hold('k', topic)])).toEqual([false, false]);
  expect([...held.keys()]).toEqual([]);
  expect(await held.hold('k', topic)).toBe(true);
  expect(said).toEqual(['begin', 'end', 'ended', 'begin']);
});

test('whoever comes back waits for the goodbye, which would undo the new request', async () => {
  const said: string[] = [];
  const goodbye = createLatch();
  const held = createHeldTopics();
  const topic = topicOf(said, [], goodbye.promise);
  await held.hold('k', topic);
  held.release('k');
  const again = held.hold('k', topic);
  expect(await held.hold('other', topicOf([], []))).toBe(true);
  expect(said).toEqual(['begin', 'end']);
  goodbye.open();
  expect(await again).toBe(true);
  expect(said).toEqual(['begin', 'end', 'ended', 'begin']);
});
