import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifies } from '../../requirements/verifies.ts';
import type { Session } from '../../support/session.ts';
import { openWire, requestBytes } from '../../support/wire.ts';
import { startWireGateway, type WireGateway } from '../../support/wire-gateway.ts';
import { bytesOf, exchangeBytes, INITIALIZE, make, ordinaryHeaders, PING } from './attempt.ts';

let gateway: WireGateway;
let session: Session;

beforeAll(async () => {
  gateway = await startWireGateway();
  session = await gateway.open();
});
afterAll(() => gateway[Symbol.asyncDispose]());

/** The head of a POST with the ordinary headers and these lines as they are. */
function head(...lines: string[]): string {
  const ordinary = ordinaryHeaders(gateway, session).map(([name, value]) => `${name}: ${value}`);
  return `${['POST /mcp HTTP/1.1', ...ordinary, ...lines].join('\r\n')}\r\n\r\n`;
}

const LENGTH = `Content-Length: ${PING.length}`;
const CHUNKED = `${PING.length.toString(16)}\r\n${PING}\r\n0\r\n\r\n`;
/** A second request, hidden behind the first: if it is ever read as one, the session is gone. */
const hidden = (): string =>
  requestBytes('DELETE', '/mcp', ordinaryHeaders(gateway, session)).toString('latin1');

/** Sends bytes, reads all answers until the connection ends, and says how many there were. */
async function refusedAlone(bytes: string): Promise<number> {
  using wire = await openWire(gateway.url);
  wire.send(bytes).catch(() => undefined);
  const first = await wire.response().catch(() => undefined);
  await wire.closed;
  expect(wire.pending().toString('latin1')).toBe('');
  expect((await session.request('ping')).message.result).toEqual({});
  return first?.status ?? 0;
}

describe('framing', () => {
  const attacks: [string, string[], string][] = [
    ['a length and chunks', [LENGTH, 'Transfer-Encoding: chunked'], CHUNKED],
    ['chunks and a length', ['Transfer-Encoding: chunked', LENGTH], CHUNKED],
    ['two lengths', [LENGTH, 'Content-Length: 5'], PING],
    ['two equal lengths', [LENGTH, LENGTH], PING],
    ['two lengths in one field', [`${LENGTH}, ${PING.length}`], PING],
    ['a length with a sign', [`Content-Length: +${PING.length}`], PING],
    ['a length in hexadecimal', ['Content-Length: 0x28'], PING],
    ['a negative length', ['Content-Length: -1'], PING],
    ['a length with a unit', [`${LENGTH} bytes`], PING],
    ['a length beyond 64 bits', ['Content-Length: 99999999999999999999999'], PING],
    ['an unknown transfer encoding', ['Transfer-Encoding: xchunked'], CHUNKED],
    ['chunked before another encoding', ['Transfer-Encoding: chunked, identity'], CHUNKED],
    ['chunked in quotes', ['Transfer-Encoding: "chunked"'], CHUNKED],
    ['a blank before the colon of a length', [`Content-Length : ${PING.length}`], PING],
    ['a blank before the colon of chunks', ['Transfer-Encoding : chunked'], CHUNKED],
    ['a chunk size that is none', ['Transfer-Encoding: chunked'], `zz\r\n${PING}\r\n0\r\n\r\n`],
    [
      'a chunk size that overflows',
      ['Transfer-Encoding: chunked'],
      `fffffffffffffffff\r\n${PING}\r\n0\r\n\r\n`,
    ],
    ['a negative chunk size', ['Transfer-Encoding: chunked'], `-1\r\n${PING}\r\n0\r\n\r\n`],
    ['a chunk without its line end', ['Transfer-Encoding: chunked'], `5\r\n${PING}0\r\n\r\n`],
    ['a lone CR in a value', ['X-A: one\rX-B: two', LENGTH], PING],
    ['a NUL in a value', ['X-A: a\0b', LENGTH], PING],
    ['control characters in a value', ['X-A: a\u0001\u001b[31m', LENGTH], PING],
    ['DEL in a value', ['X-A: a\u007fb', LENGTH], PING],
    ['a name with a blank', ['X A: b', LENGTH], PING],
    ['a name with foreign bytes', ['X(A)\u00e9: b', LENGTH], PING],
    ['a field without a name', [': b', LENGTH], PING],
    ['a line without a colon', ['GARBAGE', LENGTH], PING],
  ];
  test.each(attacks)(verifies(['TRN-06', 'PAS-08'], 'refuses %s and closes'), async (_, lines, body) => {
    expect([400, 413]).toContain(await refusedAlone(head(...lines) + body + hidden()));
  });

  test(verifies(['TRN-06'], 'refuses bare line feeds'), async () => {
    const bytes = (head(LENGTH) + PING).replaceAll('\r\n', '\n');
    expect(await refusedAlone(bytes)).toBe(400);
  });

  test(verifies(['TRN-06', 'TRN-01'], 'never unfolds a line into a header of its own'), async () => {
    const outcome = await exchangeBytes(
      gateway,
      head('X-A: one\r\n Origin: https://evil.example', LENGTH) + PING,
    );
    expect([200, 400]).toContain(outcome.status);
    expect(outcome.status === 200 ? outcome.text : '').not.toContain('error');
  });

  const lines = [
    'POST /mcp HTTP/9.9',
    'GARBAGE',
    'POST /mcp HTTP/1.1 more',
    'PRI * HTTP/2.0',
    '\u0016\u0003\u0001',
  ];
  test.each(lines)(verifies(['TRN-06'], 'refuses the request line %j'), async (line) => {
    const bytes = `${line}\r\nHost: 127.0.0.1:${gateway.port}\r\n\r\n`;
    expect(await refusedAlone(bytes)).toBe(400);
  });

  test(verifies(['TRN-06'], 'reads honest chunks, in any cut'), async () => {
    const chunks = [...PING].map((char) => `1\r\n${char}\r\n`).join('');
    for (const body of [CHUNKED, `${chunks}0\r\n\r\n`, `00000${CHUNKED}`]) {
      const outcome = await exchangeBytes(gateway, head('Transfer-Encoding: chunked') + body);
      expect(outcome.status).toBe(200);
    }
  });

  test(verifies(['TRN-06', 'AIN-01'], 'takes no credential from a trailer'), async () => {
    const names = ordinaryHeaders(gateway, session).filter(([name]) => name !== 'Authorization');
    const bare = [
      'POST /mcp HTTP/1.1',
      ...names.map((pair) => pair.join(': ')),
      'Transfer-Encoding: chunked',
    ];
    const trailer = `Authorization: Bearer ${gateway.token}`;
    const body = CHUNKED.replace('0\r\n\r\n', `0\r\n${trailer}\r\n\r\n`);
    expect((await exchangeBytes(gateway, `${bare.join('\r\n')}\r\n\r\n${body}`)).status).toBe(401);
  });

  test(verifies(['TRN-06'], 'never reads the body of a refused request as the next one'), async () => {
    const inner = hidden();
    for (const line of [
      'Origin: https://evil.example',
      'Sec-Fetch-Site: cross-site',
      'Content-Encoding: gzip',
    ]) {
      expect([403, 415]).toContain(await refusedAlone(head(line, `Content-Length: ${inner.length}`) + inner));
    }
  });
});

describe('connections', () => {
  test(verifies(['TRN-06'], 'answers pipelined requests in order, each under its own id'), async () => {
    using wire = await openWire(gateway.url);
    const ids = Array.from({ length: 20 }, (_, index) => 500 + index);
    const requests = ids.map((id) => bytesOf(gateway, { body: PING.replace('1,', `${id},`) }, session));
    await wire.send(Buffer.concat(requests));
    for (const id of ids) {
      expect((await wire.response()).body.toString()).toBe(`{"jsonrpc":"2.0","id":${id},"result":{}}`);
    }
  });

  test(verifies(['TRN-06'], 'takes a request in pieces of one byte'), async () => {
    using wire = await openWire(gateway.url);
    for (const byte of bytesOf(gateway, {}, session)) await wire.send(Buffer.from([byte]));
    expect((await wire.response()).status).toBe(200);
  });

  const upgrades: [string, string[]][] = [
    ['websocket', ['Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==', 'Sec-WebSocket-Version: 13']],
    ['h2c', ['HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA']],
  ];
  test.each(upgrades)(verifies(['TRN-06'], 'does not upgrade to %s'), async (protocol, more) => {
    const outcome = await exchangeBytes(
      gateway,
      head('Connection: Upgrade', `Upgrade: ${protocol}`, ...more, LENGTH) + PING,
    );
    expect(outcome.status).not.toBe(101);
    expect((await session.request('ping')).status).toBe(200);
  });

  test(verifies(['TRN-06'], 'refuses CONNECT without a tunnel'), async () => {
    using wire = await openWire(gateway.url);
    await wire.send(`CONNECT 127.0.0.1:${gateway.port} HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\n\r\n`);
    await wire.closed;
    expect(wire.pending().toString('latin1')).not.toMatch(/^HTTP\/1.1 2/);
  });

  test(
    verifies(['TRN-06'], 'refuses an expectation that it does not know, and honours the one that it does'),
    async () => {
      expect((await exchangeBytes(gateway, head('Expect: the-unexpected', LENGTH) + PING)).status).toBe(417);
      using wire = await openWire(gateway.url);
      await wire.send(head('Expect: 100-continue', LENGTH));
      expect((await wire.response()).status).toBe(100);
      await wire.send(PING);
      expect((await wire.response()).status).toBe(200);
    },
  );

  test(verifies(['TRN-06'], 'forgets a request whose sender leaves in the middle'), async () => {
    {
      using wire = await openWire(gateway.url);
      await wire.send(head('Content-Length: 500') + PING);
    }
    {
      using wire = await openWire(gateway.url);
      await wire.send(head('Content-Length: 500') + PING);
      wire.socket.end();
      await wire.closed;
      expect(wire.pending().toString()).not.toContain('result');
    }
    expect((await session.request('ping')).status).toBe(200);
  });
});

describe('header sections', () => {
  test(verifies(['TRN-07'], 'refuses a section over 16 KiB, in one field or many'), async () => {
    for (const length of [17_000, 100_000])
      expect((await make(gateway, { add: [['X-A', 'a'.repeat(length)]] }, session)).status).toBe(431);
    const fields = Array.from({ length: 60 }, (_, index) => [`X-${index}`, 'a'.repeat(300)] as const);
    expect((await make(gateway, { add: fields }, session)).status).toBe(431);
    expect((await make(gateway, { target: `/mcp?${'q'.repeat(17_000)}` }, session)).status).toBe(431);
    expect((await make(gateway, { add: [['X-A', 'a'.repeat(15_000)]] }, session)).status).toBe(200);
  });

  test(verifies(['TRN-07'], 'accepts 100 fields and refuses 101'), async () => {
    // Content-Length is one of them.
    const ordinary = ordinaryHeaders(gateway, session).length + 1;
    const fill = (count: number) =>
      Array.from({ length: count - ordinary }, (_, index) => [`x${index}`, ''] as const);
    expect((await make(gateway, { add: fill(100) }, session)).status).toBe(200);
    const refused = await make(gateway, { add: fill(101) }, session);
    expect(refused).toMatchObject({ status: 431, code: -32600 });
    expect((await make(gateway, { add: fill(1_500) }, session)).status).toBe(431);
  });

  test(verifies(['TRN-07', 'SES-01'], 'opens no session for a request that it refuses'), async () => {
    const before = gateway.patchbay.gateway.sessions.size();
    await make(gateway, { add: [['X-A', 'a'.repeat(17_000)]], body: INITIALIZE });
    expect(gateway.patchbay.gateway.sessions.size()).toBe(before);
  });
});
