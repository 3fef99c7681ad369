import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../../electron/log/create-log.ts';
import { createErrorStream } from '../../../electron/log/error-stream.ts';
import { Secret } from '../../../electron/secrets/secret.ts';
import { createSecretRegistry, SCRUBBED } from '../../../electron/secrets/secret-registry.ts';
import { verifies } from '../../requirements/verifies.ts';

function capture(options: Partial<Parameters<typeof createLog>[0]> = {}) {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line), close: async () => {} };
  const hub = createLog({ sinks: [sink], now: () => new Date(0), ...options });
  return { hub, lines };
}

describe('one entry is one line', () => {
  test('level, time, part, message and details as JSON', () => {
    const { hub, lines } = capture();
    hub.log.part('gateway').info('listening', { port: 4780, headers: ['X-Tenant'] });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        level: 'info',
        time: '1970-01-01T00:00:00.000Z',
        part: 'gateway',
        port: 4780,
        headers: ['X-Tenant'],
        message: 'listening',
      },
    ]);
  });

  const hostile = [
    'a\r\n{"level":"info","message":"forged"}',
    '\u001b[2J\u001b]0;title\u0007',
    '\u009b31m',
    '\u2028\u2029\u202e',
    '\0',
    '\ud800 alone',
    'x'.repeat(100_000),
  ];
  test.each(hostile)(verifies(['SEC-09'], 'whatever a backend says: case %#'), (text) => {
    const { hub, lines } = capture();
    hub.log.error(text, { text, list: [text] });
    expect(lines).toHaveLength(1);
    const line = lines[0] ?? '';
    expect(line.endsWith('\n')).toBe(true);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what the test is about
    expect(line.slice(0, -1)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/);
    expect(JSON.parse(line)).toMatchObject({ level: 'error', part: 'app' });
    expect(line.length).toBeLessThan(60_000);
  });
});

test(verifies(['SEC-05', 'B38'], 'a live secret value is masked in messages, details and in memory'), () => {
  const registry = createSecretRegistry();
  registry.add(new Secret('canary-3f9a-secret'));
  const { hub, lines } = capture({ scrub: (text) => registry.scrub(text) });
  hub.log.warn('it said canary-3f9a-secret', {
    text: `base64 ${Buffer.from('canary-3f9a-secret').toString('base64')}`,
    list: ['canary-3f9a-secret'],
  });
  expect(lines.join()).not.toContain('canary');
  expect(lines.join()).not.toContain(Buffer.from('canary-3f9a-secret').toString('base64'));
  expect(JSON.stringify(hub.recent())).not.toContain('canary');
  expect(hub.recent()[0]?.details).toMatchObject({ list: [SCRUBBED] });
});

test('the newest entries are kept, oldest first, and told as they come', () => {
  const { hub } = capture({ keep: 3 });
  const told: string[] = [];
  using _listening = hub.onEntry(({ message }) => told.push(message));
  for (const message of ['a', 'b', 'c', 'd']) hub.log.info(message);
  hub.log.debug('not at this level');
  expect(hub.recent().map(({ message }) => message)).toEqual(['b', 'c', 'd']);
  expect(told).toEqual(['a', 'b', 'c', 'd']);
});

test('a reader of standard error that has gone does not matter', () => {
  const stream = new PassThrough();
  const sink = createErrorStream(stream);
  stream.emit('error', new Error('EPIPE'));
  expect(() => sink.write('line\n')).not.toThrow();
  expect(stream.read()).toBeNull();
});
