import { expect, test } from 'vitest';
import { createTurns } from '../../../electron/backends/wire/turns.ts';
import { verifies } from '../../requirements/verifies.ts';

function listen() {
  const heard: string[] = [];
  const turns = createTurns(
    () => heard.push('pause'),
    () => heard.push('resume'),
  );
  return { heard, turns };
}

function work(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

test(
  verifies(['HTP-07'], 'a source whose chunks take long waits until the others had their turn'),
  async () => {
    const { heard, turns } = listen();
    for (let chunk = 0; chunk < 4; chunk++) turns.take(() => work(6));
    expect(heard).toEqual(['pause']);
    await othersTurn();
    expect(heard).toEqual(['pause', 'resume']);
  },
);

test('a source that takes no time is never held', async () => {
  const { heard, turns } = listen();
  let done = 0;
  turns.take(() => {
    done++;
  });
  await othersTurn();
  expect([done, heard]).toEqual([1, []]);
});

test('it stays paused for a reader that is full, and flows when both let it', async () => {
  const { heard, turns } = listen();
  turns.take(() => work(22));
  turns.pause();
  await othersTurn();
  expect(heard).toEqual(['pause', 'pause']);
  turns.resume();
  expect(heard.at(-1)).toBe('resume');
  turns.take(() => work(22));
  turns.pause();
  turns.resume();
  expect(heard.slice(3)).toEqual(['pause', 'pause']);
  await othersTurn();
  expect(heard.slice(3)).toEqual(['pause', 'pause', 'resume']);
});
