import type { ActivityEntry, CallEntry } from '../../../shared/control/activity.ts';

const TOOLS = [
  ['billing', 'list_invoices'],
  ['billing', 'get_invoice'],
  ['files', 'read_file'],
  ['files', 'search'],
  ['docs', 'search'],
  ['billing', 'refund'],
] as const;
const CLIENTS = [
  ['cursor', 's-cursor-1'],
  ['claude-code', 's-claude-1'],
  ['release-agent', 's-agent-1'],
] as const;

/** A sequence of numbers that looks random and is the same every time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    yield state / 2_147_483_648;
  }
}

/** `count` calls of the last hours, newest first. */
export function sampleActivity(now: number, count: number): CallEntry[] {
  const random = numbers(7);
  const next = (): number => random.next().value;
  let at = now;
  return Array.from({ length: count }, (_, index): CallEntry => {
    at -= Math.floor(next() * 40_000) + 500;
    const [backend, target] = TOOLS[Math.floor(next() * TOOLS.length)] ?? TOOLS[0];
    const [client, session] = CLIENTS[Math.floor(next() * CLIENTS.length)] ?? CLIENTS[0];
    const luck = next();
    const base = {
      kind: 'call' as const,
      id: `a-${index}`,
      at,
      client,
      session,
      backend,
      method: 'tools/call',
      target,
    };
    const duration = Math.round(20 + next() ** 4 * 2_400);
    if (index === 0) return { ...base, outcome: 'running' };
    if (luck < 0.03) {
      const message = `${backend} did not answer within 60 s.`;
      return { ...base, outcome: 'failed', duration: 60_000, code: 'backend.timeout', message };
    }
    if (luck < 0.09) return { ...base, outcome: 'tool-error', duration, bytesIn: 412, bytesOut: 96 };
    if (luck < 0.11) return { ...base, outcome: 'cancelled', duration };
    return { ...base, outcome: 'ok', duration, bytesIn: 300 + index, bytesOut: Math.round(next() * 9_000) };
  });
}

/** `count` entries of the last hours, newest first: calls, and the tool of the samples that has changed. */
export function sampleEntries(now: number, count: number): ActivityEntry[] {
  const calls = sampleActivity(now, count - 1);
  const change: ActivityEntry = {
    kind: 'tool-change',
    id: 'c-0',
    at: calls[2]?.at ?? now,
    backend: 'billing',
    outcome: 'held-back',
    tools: ['refund'],
    count: 1,
  };
  return [...calls.slice(0, 3), change, ...calls.slice(3)];
}
