import { expect, test } from 'vitest';
import type { BackendSession } from '../../../electron/backends/backend-session.ts';
import { createCatalog } from '../../../electron/gateway/catalog/catalog.ts';
import { createListReads } from '../../../electron/gateway/sessions/list-reads.ts';
import type { BackendName } from '../../../shared/config/backend-name.ts';
import { DEFAULT_CONFIG } from '../../../shared/config/config.ts';

const BACKEND = 'one' as BackendName;

function start() {
  let clock = 1_000;
  let names: readonly string[] | undefined = ['a'];
  const late: string[] = [];
  const catalog = createCatalog(
    () => DEFAULT_CONFIG,
    () => clock,
    () => undefined,
  );
  const session = {
    ask: async () => {
      if (names === undefined) return { ok: false, failure: {} };
      const result = { tools: names.map((name) => ({ name, inputSchema: {} })) };
      return { ok: true, result, bytes: Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result })) };
    },
  } as unknown as BackendSession;
  const reads = createListReads(
    catalog,
    () => clock,
    (kind) => late.push(kind),
  );
  const read = async (offered: readonly string[] | undefined) => {
    clock += 1_000;
    names = offered;
    await reads.read(BACKEND, session, 'tools', { kind: 'anonymous' });
    const known = reads.of(BACKEND, 'tools');
    return [known?.slice?.items.map(({ original }) => original), known?.isOutdated, known?.fetchedAt];
  };
  return { reads, read, late };
}

test('a list that cannot be read again stays as it was read, and out of date', async () => {
  const { reads, read } = start();
  expect(await read(['a'])).toEqual([['a'], false, 2_000]);
  reads.outdate(BACKEND, 'tools');
  expect(await read(undefined)).toEqual([['a'], true, 2_000]);
  expect(await read(['b'])).toEqual([['b'], false, 4_000]);
});

test('nobody is told of a list that came late where it is the one that was served meanwhile', async () => {
  const { reads, read, late } = start();
  await read(['a']);
  for (const offered of [['a'], ['b']]) {
    reads.outdate(BACKEND, 'tools');
    reads.noteLate(BACKEND, 'tools');
    await read(offered);
    expect(reads.isLate(BACKEND, 'tools')).toBe(false);
  }
  expect(late).toEqual(['tools']);
});
