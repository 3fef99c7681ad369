import { beforeEach, expect, test } from 'vitest';
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

// What one test worked is no part of the next.
beforeEach(() => othersTurn());

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

test(
  verifies(['HTP-07'], 'many sources together take no longer than one before the others come'),
  async () => {
    const sources = Array.from({ length: 5 }, listen);
    let chunks = 0;
    // As the event loop does: each is read for as long as it lets itself.
    for (const { heard, turns } of sources) for (; heard.length === 0; chunks++) turns.take(() => work(4));
    // Six for the first, one for each of the others.
    expect(chunks).toBeLessThanOrEqual(10);
    await othersTurn();
    for (const { heard, turns } of sources) {
      expect(heard).toEqual(['pause', 'resume']);
      turns.take(() => undefined);
      expect(heard).toHaveLength(2);
    }
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
