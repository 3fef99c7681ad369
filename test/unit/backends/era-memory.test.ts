import { expect, test } from 'vitest';
import { createEraMemory, maySpeakOther, refusesEra } from '../../../electron/backends/modern/era-memory.ts';
import { type BackendConfig, backendSchema } from '../../../shared/config/backend-schema.ts';

const HOUR = 60 * 60_000;
const http = (more = {}): BackendConfig =>
  backendSchema.parse({ type: 'http', url: 'http://h/mcp', ...more });

test('each client is tried in its own era first', () => {
  const eras = createEraMemory(() => 0);
  expect(eras.order(http(), 'legacy')).toEqual(['legacy', 'modern']);
  expect(eras.order(http(), 'modern')).toEqual(['modern', 'legacy']);
});

test('a refusal counts for an hour, and an edit of the backend forgets it', () => {
  let now = 0;
  const eras = createEraMemory(() => now);
  const config = http();
  eras.note(config, 'legacy', false);
  now = HOUR - 1;
  expect(eras.order(config, 'legacy')).toEqual(['modern', 'legacy']);
  expect(eras.order(http(), 'legacy')).toEqual(['legacy', 'modern']);
  now = HOUR;
  expect(eras.order(config, 'legacy')).toEqual(['legacy', 'modern']);
  eras.note(config, 'legacy', false);
  eras.note(config, 'legacy', true);
  expect(eras.order(config, 'legacy')).toEqual(['legacy', 'modern']);
});

test('what a person set holds; processes are asked like servers, older event streams are not', () => {
  const eras = createEraMemory(() => 0);
  expect(eras.order(http({ era: 'modern' }), 'legacy')).toEqual(['modern']);
  expect(eras.order(http({ era: 'legacy' }), 'modern')).toEqual(['legacy']);
  const stdio = backendSchema.parse({ type: 'stdio', command: 'x' });
  expect(eras.order(stdio, 'modern')).toEqual(['modern', 'legacy']);
  expect(eras.order({ ...stdio, era: 'legacy' }, 'modern')).toEqual(['legacy']);
  const sse = backendSchema.parse({ type: 'sse', url: 'http://h/sse' });
  expect(eras.order(sse, 'modern')).toEqual(['legacy']);
});

test('a probe that breaks a server, or silences it, is no reason to leave it alone', () => {
  const broken = { code: 'backend.faulty-answer', rpcCode: -32603, message: '', status: 500 } as const;
  const silent = { code: 'backend.timeout', rpcCode: -32001, message: '' } as const;
  expect([maySpeakOther(http(), 'modern', broken), maySpeakOther(http(), 'modern', silent)]).toEqual([
    true,
    true,
  ]);
  expect([maySpeakOther(http(), 'legacy', broken), maySpeakOther(http(), 'legacy', silent)]).toEqual([
    false,
    false,
  ]);
  const process = backendSchema.parse({ type: 'stdio', command: 'x' });
  const noisy = { code: 'backend.faulty-answer', rpcCode: -32603, message: '' } as const;
  expect(
    [noisy, { ...noisy, answered: true }].map((fault) => maySpeakOther(process, 'legacy', fault)),
  ).toEqual([false, true]);
});

test('only an answer is evidence: not silence, not a sign-in, not a broken server', () => {
  const fault = (code: Parameters<typeof refusesEra>[0]['code'], status?: number) =>
    refusesEra({ code, rpcCode: -32000, message: '', ...(status === undefined ? {} : { status }) });
  expect(fault('backend.faulty-answer')).toBe(true);
  expect(fault('backend.faulty-answer', 404)).toBe(true);
  expect(fault('backend.faulty-answer', 502)).toBe(false);
  expect(fault('backend.needs-sign-in', 401)).toBe(false);
  expect(fault('backend.unreachable')).toBe(false);
  expect(fault('backend.timeout')).toBe(false);
});
