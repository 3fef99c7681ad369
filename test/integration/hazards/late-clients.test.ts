import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { openExchange } from '../../support/http-exchange.ts';
import type { RpcMessage } from '../../support/session.ts';
import { createSseParser } from '../../support/sse.ts';

const SCRIPT = fileURLToPath(new URL('../../backends/processes/progressing.mjs', import.meta.url));
/** 32 MiB: more than a client and the systems between have room for. */
const MESSAGES = 4_000;

test(verifies(
  ['HTP-07'],
  'a client that reads too slowly loses the oldest progress; the newest, the order and the answer stay',
), async () => {
  const progressing = { type: 'stdio', command: process.execPath, args: [SCRIPT] };
  await using gateway = await startTestGateway({ config: { backends: { one: progressing } } });
  const session = await gateway.open();
  await session.list('tools');
  const params = { name: 'one_work', arguments: { count: MESSAGES }, _meta: { progressToken: 'late' } };
  const unread = await openExchange(gateway.url, {
    headers: [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json, text/event-stream'],
      ['Mcp-Session-Id', session.id ?? ''],
    ],
    body: JSON.stringify({ jsonrpc: '2.0', id: 7, method: 'tools/call', params }),
  });
  // Behind the storm on the process's one output: once this is answered, all of the storm has come.
  await session.call('one_work', { count: 0 });
  for (const open of gateway.patchbay.gateway.sessions.all()) expect(open.inFlight.size).toBe(0);
  const feed = createSseParser();
  const heard: RpcMessage[] = [];
  for await (const chunk of unread)
    for (const { data } of feed(chunk as Buffer)) if (data) heard.push(JSON.parse(data));
  expect(heard.pop()).toMatchObject({ id: 7, result: { content: [{ text: 'done' }] } });
  const values = heard.map(({ params }) => Number(params?.progress));
  expect(values.length).toBeLessThan(MESSAGES);
  expect(values).toEqual(values.toSorted((one, other) => one - other));
  expect([values[0], values.at(-1)]).toEqual([1, MESSAGES]);
}, 60_000);
