import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../../requirements/verifies.ts';
import type { Session } from '../../support/session.ts';
import { openWire } from '../../support/wire.ts';
import { startWireGateway, type WireGateway } from '../../support/wire-gateway.ts';
import { type Attempt, bytesOf, PING } from './attempt.ts';

let gateway: WireGateway;
let session: Session;

beforeAll(async () => {
  gateway = await startWireGateway();
  session = await gateway.open();
});
afterAll(() => gateway[Symbol.asyncDispose]());

const LARGE = Buffer.alloc(8 * 1024 * 1024, 0x20);

test.each<[string, number, Attempt]>([
  ['that is too large', 413, {}],
  ['of an unknown caller', 401, { replace: [['Authorization', undefined]] }],
])(
  verifies(['TRN-08', 'AIN-01'], 'a client that sends all of a body %s before it reads is told why'),
  async (_which, status, attempt) => {
    using wire = await openWire(gateway.url);
    // Such a client takes a connection that breaks while it sends for the whole outcome.
    await wire.send(bytesOf(gateway, { ...attempt, body: LARGE }, session));
    expect((await wire.response()).status).toBe(status);
    await wire.closed;
  },
);

test(verifies(['TRN-07'], 'what comes on a connection after its last answer is not handled'), async () => {
  using wire = await openWire(gateway.url);
  const refused = bytesOf(gateway, { body: PING, replace: [['Content-Type', 'text/plain']] }, session);
  const removal = bytesOf(gateway, { method: 'DELETE', body: '' }, session);
  // The end of the refused body comes together with the next request, when the answer is out already.
  await wire.send(refused.subarray(0, -1));
  expect((await wire.response()).status).toBe(415);
  await wire.send(Buffer.concat([refused.subarray(-1), removal]));
  await wire.closed;
  expect(wire.pending()).toHaveLength(0);
  expect((await session.request('ping')).status).toBe(200);
});
