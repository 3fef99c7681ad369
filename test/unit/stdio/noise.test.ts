import { expect, test } from 'vitest';
import { createNoiseGate, looksLikeMessage } from '../../../electron/backends/stdio/noise.ts';
import { verifies } from '../../requirements/verifies.ts';

test(verifies(['STD-04'], 'tells a possible message from a banner'), () => {
  const verdicts = ['{"id":1}', '  [1]', '\u001b[32mReady\u001b[0m', 'Listening', '', '"text"'].map((line) =>
    looksLikeMessage(Buffer.from(line)),
  );
  expect(verdicts).toEqual([true, true, false, false, false, false]);
});

test(verifies(['STD-04'], 'stops at the hundredth bad line within ten seconds'), () => {
  let time = 0;
  const gate = createNoiseGate(() => time);
  const verdicts = Array.from({ length: 100 }, () => {
    time += 100;
    return gate.reject(Buffer.from('bad'));
  });
  expect(verdicts.indexOf('stop')).toBe(99);
});

test(verifies(['STD-04'], 'lets a backend go on that is noisy but slow'), () => {
  let time = 0;
  const gate = createNoiseGate(() => time);
  const verdicts = Array.from({ length: 1_000 }, () => {
    time += 102;
    return gate.reject(Buffer.from('bad'));
  });
  expect(verdicts).not.toContain('stop');
  expect(gate.report().lines).toBe(1_000);
});

test(verifies(['STD-04'], 'shows the latest bad line without colours, and does not count empty ones'), () => {
  const gate = createNoiseGate(() => 0);
  expect(gate.report()).toEqual({ lines: 0, latest: undefined });
  gate.reject(Buffer.from('\u001b[1;31mServer\u001b[0m\tup \u0007'));
  gate.reject(Buffer.from('  '));
  expect(gate.report()).toEqual({ lines: 1, latest: 'Server up' });
});
