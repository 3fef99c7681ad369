import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../../electron/gateway/edge/listener.ts';
import { openLoopbackServer } from '../../../electron/gateway/edge/loopback-server.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import type { Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';
import { openWire } from '../../support/wire.ts';
import { startWireGateway, textOf, type WireGateway } from '../../support/wire-gateway.ts';
import { type Attempt, bytesOf, exchangeBytes, INITIALIZE, make, outcomeOf, PING } from './attempt.ts';

let backend: PlainBackend;
let gateway: WireGateway;
let session: Session;

beforeAll(async () => {
  backend = await startPlainBackend();
  gateway = await startWireGateway({ backends: { one: { type: 'http', url: backend.url } } });
  session = await gateway.open();
  await session.list('tools');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend.close();
});

const LIMIT = 4 * 1024 * 1024;
/** A ping of exactly this many bytes. */
function pingOf(bytes: number): string {
  const [start, end] = ['{"jsonrpc":"2.0","id":1,"method":"ping","params":{"x":"', '"}}'];
  return start + 'a'.repeat(bytes - start.length - end.length) + end;
}

describe('bodies', () => {
  test(verifies(['TRN-08', 'B71'], 'accepts 4 MiB and refuses one byte more, by length'), async () => {
    expect((await make(gateway, { body: pingOf(LIMIT) }, session)).status).toBe(200);
    const attempt: Attempt = { body: '', replace: [['Content-Length', String(LIMIT + 1)]] };
    const outcome = await make(gateway, attempt, session);
    expect(outcome).toMatchObject({ status: 413, code: -32600 });
    expect(outcome.text).not.toContain('"id"');
  });

  test(verifies(['TRN-08', 'B71'], 'accepts 4 MiB and refuses one byte more, in chunks'), async () => {
    for (const [bytes, status] of [
      [LIMIT, 200],
      [LIMIT + 1, 413],
    ] as const) {
      using wire = await openWire(gateway.url);
      const body = pingOf(bytes);
      const opening = bytesOf(gateway, { add: [['Transfer-Encoding', 'chunked']], body: '' }, session);
      await wire.send(opening);
      for (let at = 0; at < body.length; at += 65_536) {
        const piece = body.slice(at, at + 65_536);
        wire.send(`${piece.length.toString(16)}\r\n${piece}\r\n`).catch(() => undefined);
      }
      // Refused before the end was sent: nothing waits for the last chunk.
      if (status === 200) await wire.send('0\r\n\r\n');
      expect((await wire.response()).status).toBe(status);
      if (status === 413) await wire.closed;
    }
  });

  test(verifies(['TRN-08', 'B71'], 'refuses a declared 10 GB at once and closes'), async () => {
    using wire = await openWire(gateway.url);
    const attempt: Attempt = { body: '{"jsonrpc"', replace: [['Content-Length', '10737418240']] };
    await wire.send(bytesOf(gateway, attempt, session));
    expect((await wire.response()).status).toBe(413);
    await wire.closed;
  });

  test(verifies(['TRN-09'], 'inflates nothing, whatever it is called'), async () => {
    const bomb = gzipSync(Buffer.from(pingOf(20_000_000)));
    for (const encoding of ['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'x-none', 'identity, gzip', 'GZIP']) {
      const outcome = await make(gateway, { body: bomb, add: [['Content-Encoding', encoding]] }, session);
      expect(outcome).toMatchObject({ status: 415, code: -32600 });
    }
    expect((await make(gateway, { add: [['Content-Encoding', 'identity']] }, session)).status).toBe(200);
    expect((await make(gateway, { body: bomb }, session)).code).toBe(-32700);
  });

  test(verifies(['AIN-01', 'TRN-08'], 'judges the caller before the body'), async () => {
    for (const body of ['{"broken', pingOf(LIMIT)]) {
      const outcome = await make(gateway, { body, replace: [['Authorization', undefined]] });
      expect(outcome.status).toBe(401);
    }
  });
});

describe('slow clients', () => {
  const patience = { headersMs: 150, requestMs: 300, checkMs: 20, keepAliveMs: 200 };

  test(verifies(['RES-01'], 'are closed at the limit for headers, bodies and idle connections'), async () => {
    const quick = await listen(gateway.patchbay.gateway, 0, '127.0.0.1', patience);
    try {
      const host = `127.0.0.1:${quick.port}`;
      const slowHead = await openWire(quick.url);
      await slowHead.send(`POST /mcp HTTP/1.1\r\nHost: ${host}\r\nX-A`);
      const slowBody = await openWire(quick.url);
      await slowBody.send(
        bytesOf(gateway, { host, body: '{', replace: [['Content-Length', '500']] }, session),
      );
      const idle = await openWire(quick.url);
      await idle.send(bytesOf(gateway, { host }, session));
      expect((await idle.response()).status).toBe(200);
      const started = performance.now();
      for (const wire of [slowHead, slowBody]) {
        expect((await wire.response()).status).toBe(408);
        await wire.closed;
        wire[Symbol.dispose]();
      }
      await idle.closed;
      expect(performance.now() - started).toBeLessThan(2_000);
    } finally {
      quick.close();
      await quick.stopAccepting();
    }
  });

  test(
    verifies(['RES-01'], 'have 15 s for headers and 60 s for a body, where nobody says otherwise'),
    async () => {
      const { server } = await openLoopbackServer(0, '127.0.0.1');
      expect([server.headersTimeout, server.requestTimeout]).toEqual([15_000, 60_000]);
      // An answer may take as long as it wants: a listening stream has no end.
      expect(server.timeout).toBe(0);
      server.close();
    },
  );

  test(verifies(['RES-01', 'SES-15'], 'may keep a listening stream and a long call for longer'), async () => {
    const quick = await listen(gateway.patchbay.gateway, 0, '127.0.0.1', patience);
    try {
      const host = `127.0.0.1:${quick.port}`;
      using stream = await openWire(quick.url);
      await stream.send(bytesOf(gateway, { method: 'GET', body: undefined, host }, session));
      await until(() => stream.pending().includes('text/event-stream'), 'the stream');
      const held = backend.hold('tools/call');
      using call = await openWire(quick.url);
      const body =
        '{"jsonrpc":"2.0","id":9,"method":"tools/call","params":{"name":"one_echo","arguments":{"message":"m"}}}';
      await call.send(bytesOf(gateway, { host, body }, session));
      await held.reached;
      using slow = await openWire(quick.url);
      await slow.send('POST /mcp HTTP/1.1\r\n');
      // The slow one is closed only after every limit has passed for the two others too.
      await slow.closed;
      using slower = await openWire(quick.url);
      await slower.send(bytesOf(gateway, { host, body: '{', replace: [['Content-Length', '500']] }, session));
      await slower.closed;
      held.release();
      expect((await call.response()).body.toString()).toContain('"m"');
      backend.push('notifications/message', { level: 'info', data: 'still here' });
      await until(() => stream.pending().includes('still here'), 'the event');
    } finally {
      quick.close();
      await quick.stopAccepting();
    }
  });

  test(verifies(['RES-01'], 'do not slow others down: 200 of them at once'), async () => {
    const slow = await Promise.all(Array.from({ length: 200 }, () => openWire(gateway.url)));
    try {
      await Promise.all(slow.map((wire) => wire.send('POST /mcp HTTP/1.1\r\nHost: ')));
      const started = performance.now();
      expect(textOf(await session.call('one_echo', { message: 'quick' }))).toBe('quick');
      expect(performance.now() - started).toBeLessThan(1_000);
    } finally {
      for (const wire of slow) wire[Symbol.dispose]();
    }
  });
});

describe('one session', () => {
  const call = (id: number | string): string =>
    JSON.stringify({
      jsonrpc: '2.0',
      id,
      method: 'tools/call',
      params: { name: 'one_echo', arguments: { message: `answer ${id}` } },
    });

  test(verifies(['SES-05'], 'refuses an id that is under way, and leaves its first call alone'), async () => {
    const held = backend.hold('tools/call');
    const first = make(gateway, { body: call(70) }, session);
    await held.reached;
    const second = await make(gateway, { body: call(70) }, session);
    expect(second).toMatchObject({ status: 400, code: -32600 });
    expect(second.text).toContain('"id":70');
    const ping = '{"jsonrpc":"2.0","id":70,"method":"ping"}';
    expect((await make(gateway, { body: ping }, session)).status).toBe(400);
    expect(backend.log.of('tools/call').filter(({ rpc }) => rpc?.idText === '70')).toHaveLength(1);
    held.release();
    expect((await first).text).toContain('answer 70');
    expect((await make(gateway, { body: call(70) }, session)).status).toBe(200);
  });

  test(verifies(['SES-05'], 'does so too while it still reads the list of tools'), async () => {
    await using other = await startPlainBackend();
    await using fresh = await startWireGateway({ backends: { one: { type: 'http', url: other.url } } });
    const listing = other.hold('tools/list');
    const young = await fresh.open();
    await listing.reached;
    const calling = other.hold('tools/call');
    const both = [make(fresh, { body: call(7) }, young), make(fresh, { body: call(7) }, young)];
    // Both have to be in before the list comes: the second is known to be when a later request is answered.
    await young.request('ping');
    listing.release();
    await calling.reached;
    const early = await Promise.race(both);
    expect(early).toMatchObject({ status: 400, code: -32600 });
    calling.release();
    const statuses = (await Promise.all(both)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 400]);
    expect(other.log.of('tools/call')).toHaveLength(1);
  });

  test(verifies(['RES-04'], 'has 128 calls under way at most; another session has its own'), async () => {
    const held = backend.hold('tools/call');
    const before = backend.log.of('tools/call').length;
    const calls = Array.from({ length: 128 }, (_, index) => session.post(call(1_000 + index)));
    await until(() => backend.log.of('tools/call').length === before + 128, '128 calls');
    const over = await Promise.all(
      Array.from({ length: 1_000 - 128 }, (_, index) => session.post(call(`over ${index}`))),
    );
    expect(new Set(over.map(({ status }) => status))).toEqual(new Set([429]));
    expect(new Set(over.map(({ message }) => message.error?.code))).toEqual(new Set([-32000]));
    expect(backend.log.of('tools/call')).toHaveLength(before + 128);
    expect((await session.request('ping')).message.result).toEqual({});
    const other = await gateway.open();
    const otherCall = other.post(call('other'));
    await until(() => backend.log.of('tools/call').length === before + 129, 'the call of the other session');
    held.release();
    expect(textOf(await otherCall)).toBe('answer other');
    const answers = await Promise.all(calls);
    expect(answers.map(textOf)).toEqual(calls.map((_, index) => `answer ${1_000 + index}`));
    await other.delete();
  });
});

test(
  verifies(['SES-14'], 'the session over the limit is 503 with Retry-After; one that ends makes room'),
  async () => {
    await using small = await startWireGateway({ gateway: { maxSessions: 2 } });
    const [one] = [await small.open(), await small.open()];
    const refused = await make(small, { body: INITIALIZE });
    expect(refused.status).toBe(503);
    expect(Number(refused.response?.header('retry-after'))).toBeGreaterThan(0);
    expect((await one.request('ping')).status).toBe(200);
    await one.delete();
    expect((await make(small, { body: INITIALIZE })).status).toBe(200);
  },
);

test(
  verifies(['TRN-06'], 'a connection serves on after a refused message, and ends after a refused request'),
  async () => {
    using wire = await openWire(gateway.url);
    await wire.send(bytesOf(gateway, { body: '{"broken' }, session));
    expect(outcomeOf(await wire.response()).code).toBe(-32700);
    await wire.send(bytesOf(gateway, { body: PING }, session));
    expect((await wire.response()).status).toBe(200);
    await wire.send(bytesOf(gateway, { host: 'evil.example' }, session));
    expect((await wire.response()).status).toBe(403);
    await wire.closed;
    expect((await exchangeBytes(gateway, bytesOf(gateway, {}, session))).status).toBe(200);
  },
);
