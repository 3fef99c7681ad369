import { describe, expect, test } from 'vitest';
import { createDefinitions, type Definitions } from '../../../electron/gateway/catalog/definitions.ts';
import { createSliceStore, type SliceStore } from '../../../electron/gateway/catalog/slice-store.ts';
import { verifies } from '../../requirements/verifies.ts';

/** A backend whose one tool is described by one of these letters, read again and again; equal lists are one slice. */
function reader(slices: SliceStore, definitions: Definitions) {
  return (description: string) => {
    const tools = [{ name: 'pay', description, inputSchema: { type: 'object' } }];
    const page = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } }));
    const slice = slices.intern('bank', 'tools', [page], undefined);
    const told = definitions.note('bank', slice);
    return { told, held: definitions.held('bank', slice) };
  };
}

function start() {
  const definitions = createDefinitions(() => 1);
  return { definitions, read: reader(createSliceStore(), definitions) };
}

const isPending = ({ changed }: Definitions): string[] => changed().map(({ after }) => after);

describe('a tool that changes back and forth', () => {
  test(verifies(['HTP-13'], 'is what it was first seen as once it is that again'), () => {
    const { definitions, read } = start();
    expect(read('A')).toEqual({ told: [], held: new Set() });
    expect(read('B')).toEqual({ told: ['pay'], held: new Set(['pay']) });
    expect(read('B').told).toEqual([]);
    expect(read('A')).toEqual({ told: [], held: new Set() });
    expect(definitions.changed()).toEqual([]);
  });

  test(verifies(['HTP-13'], 'is not approved as what it was before the approved one'), () => {
    const { definitions, read } = start();
    for (const description of ['A', 'B', 'C']) read(description);
    expect(definitions.approve('bank', 'pay')).toBe(true);
    expect(read('C')).toEqual({ told: [], held: new Set() });
    expect(read('B')).toEqual({ told: ['pay'], held: new Set(['pay']) });
    expect(isPending(definitions)).toEqual([expect.stringContaining('"B"')]);
  });

  test(verifies(['HTP-13'], 'waits with the definition that was read last'), () => {
    const { definitions, read } = start();
    for (const description of ['A', 'B', 'C', 'B']) read(description);
    expect(isPending(definitions)).toEqual([expect.stringContaining('"B"')]);
  });

  test(
    verifies(['HTP-13'], 'stays held back in a list that has it changed, whatever another session reads'),
    () => {
      const definitions = createDefinitions(() => 1);
      const slices = createSliceStore();
      const read = reader(slices, definitions);
      read('A');
      const { held } = read('B');
      expect(held).toEqual(new Set(['pay']));
      read('A');
      const page = JSON.stringify({
        jsonrpc: '2.0',
        id: 2,
        result: { tools: [{ name: 'pay', description: 'B', inputSchema: { type: 'object' } }] },
      });
      const slice = slices.intern('bank', 'tools', [Buffer.from(page)], undefined);
      expect(definitions.held('bank', slice)).toEqual(new Set(['pay']));
    },
  );

  test(verifies(['HTP-13'], 'needs no approval for what it was approved as before'), () => {
    const { definitions, read } = start();
    read('A');
    read('B');
    definitions.approve('bank', 'pay');
    expect(read('A')).toEqual({ told: [], held: new Set() });
    expect(read('B')).toEqual({ told: [], held: new Set() });
  });
});

test(
  verifies(['HTP-11', 'HTP-13'], 'ever new tools fill no memory, and hide no change of known ones'),
  () => {
    const definitions = createDefinitions(() => 1, 1_000);
    const slices = createSliceStore();
    const note = (name: string, description: string) => {
      const tools = [{ name, description, inputSchema: { type: 'object' } }];
      const page = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: 1, result: { tools } }));
      const slice = slices.intern('bank', 'tools', [page], undefined);
      return { told: definitions.note('bank', slice), held: definitions.held('bank', slice) };
    };
    expect(note('pay', 'A').held).toEqual(new Set());
    const beyond = Array.from({ length: 100 }, (_, at) => note(`new_${at}`, 'N')).filter(
      ({ held }) => held.size > 0,
    );
    expect(beyond.length).toBeGreaterThan(80);
    // Never accepted, so it is no change either, however it changes.
    expect(note('new_99', 'M').told).toEqual([]);
    expect(note('pay', 'B')).toEqual({ told: ['pay'], held: new Set(['pay']) });
    expect(definitions.changed()).toMatchObject([{ tool: 'pay', after: 'null' }]);
    expect(definitions.approve('bank', 'pay')).toBe(true);
    expect(note('pay', 'B').held).toEqual(new Set());
  },
);
