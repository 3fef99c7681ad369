import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createStderrLog } from '../../../electron/backends/stdio/stderr-log.ts';
import { verifies } from '../../requirements/verifies.ts';

function setUp(limit = { keptBytes: 64, linesPerSecond: 3, lineCharacters: 10 }) {
  const clock = { time: 0 };
  const logged: string[] = [];
  const log = createStderrLog(
    (line) => logged.push(line),
    () => clock.time,
    limit,
  );
  return { clock, logged, log };
}

test(verifies(['STD-11'], 'logs whole lines, wherever the text is cut, and shortens long ones'), () => {
  const { log, logged } = setUp();
  for (const text of ['one\ntw', 'o\r', '\n', 'a very long line\n', 'unfinished']) log.write(text);
  expect(logged).toEqual(['one', 'two', 'a very lon…']);
});

test(verifies(['STD-11'], 'logs a few lines a second and says how much was left out'), () => {
  const { log, logged, clock } = setUp();
  log.write('1\n2\n3\n4\n5\n');
  log.write('6\n');
  clock.time = 1_000;
  log.write('7\n');
  expect(logged).toEqual(['1', '2', '3', '(6 characters of output left out)', '7']);
});

test(verifies(['STD-11'], 'keeps the end of the output, from the start of a line on'), () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ maxLength: 100, size: 'max' }), { maxLength: 20, size: 'max' }),
      (texts) => {
        const { log } = setUp();
        for (const text of texts) log.write(text);
        const all = Buffer.from(texts.join(''));
        const end = all.subarray(-64);
        const expected = all.length > 64 ? end.toString('utf8', end.indexOf('\n') + 1) : all.toString();
        expect(log.text()).toBe(expected);
      },
    ),
  );
});

test(verifies(['STD-11'], 'keeps one MiB at most under a flood'), () => {
  const log = createStderrLog(
    () => {},
    () => 0,
  );
  const piece = 'x'.repeat(999).concat('\n');
  for (let round = 0; round < 50_000; round += 1) log.write(piece);
  expect(Buffer.byteLength(log.text())).toBeLessThanOrEqual(1024 * 1024);
  expect(Buffer.byteLength(log.text())).toBeGreaterThan(1024 * 1000);
});
