import { expect, test } from 'vitest';
import { createSliceStore } from '../../../electron/gateway/catalog/slice-store.ts';
import { verifies } from '../../requirements/verifies.ts';

const page = (id: string, ...names: string[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      jsonrpc: '2.0',
      id,
      result: { tools: names.map((name) => ({ name, inputSchema: { type: 'object' } })) },
    }),
  );

test(
  verifies(['B70'], 'sessions that are told the same list share one slice, whatever the id of the answer'),
  () => {
    const store = createSliceStore();
    const first = store.intern('files', 'tools', [page('a-1', 'read', 'write')], undefined);
    const again = store.intern('files', 'tools', [page('a-2', 'read', 'write')], undefined);
    expect(again).toBe(first);
  },
);

test(
  verifies(['B70'], 'lists that differ in one name, or in where a page ends, are slices of their own'),
  () => {
    const store = createSliceStore();
    const whole = store.intern('files', 'tools', [page('a', 'read', 'write')], undefined);
    const other = store.intern('files', 'tools', [page('a', 'read', 'erase')], undefined);
    const parted = store.intern('files', 'tools', [page('a', 'read'), page('b', 'write')], undefined);
    expect(new Set([whole, other, parted]).size).toBe(3);
  },
);
