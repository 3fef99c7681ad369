import { readFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hugeAnswer, lies } from '../../backends/lies.ts';
import { type LyingBackend, startLyingBackend } from '../../backends/lying-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { answerText } from '../../backends/rpc-message.ts';
import { textResult } from '../../backends/tool-calls.ts';
import { verifies } from '../../requirements/verifies.ts';
import { exchange, openExchange } from '../../support/http-exchange.ts';
import type { Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';
import { type GatewayProcess, startGatewayProcess, textOf } from '../../support/wire-gateway.ts';

const MIB = 1024 * 1024;
/** What others may wait while the machine is busy with all tests; the figures proper are measured by the load bench. */
const OTHERS_MS = 5_000;

let backend: LyingBackend;
let quiet: Awaited<ReturnType<typeof startPlainBackend>>;
let gateway: GatewayProcess;
let session: Session;

beforeAll(async () => {
  backend = await startLyingBackend();
  quiet = await startPlainBackend();
  gateway = await startGatewayProcess({
    backends: {
      big: { type: 'http', url: backend.url, timeoutSeconds: 20 },
      quiet: { type: 'http', url: quiet.url },
    },
  });
  session = await gateway.open();
  await session.list('tools');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend.close();
  await quiet.close();
});
beforeEach(() => backend.confess());

/** Resident memory of the gateway's process, in bytes. */
async function memory(): Promise<number> {
  const status = await readFile(`/proc/${gateway.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

/** Calls and throws the bytes away as they come; the size of the body. */
async function sizeOfCall(id: number): Promise<number> {
  const headers = [
    ['Content-Type', 'application/json'],
    ['Accept', 'application/json, text/event-stream'],
    ['Mcp-Session-Id', session.id ?? ''],
  ] as const;
  const body = callText(id);
  return (await exchange(gateway.url, { headers, body })).body.length;
}

const callText = (id: number): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"big_echo","arguments":{"message":"m"}}}`;

/** A client that sends a call and then reads nothing. */
async function deafCaller(id: number): Promise<Socket> {
  const { port, host } = new URL(gateway.url);
  const socket = connect({ port: Number(port), host: '127.0.0.1' });
  socket.pause();
  const body = callText(id);
  const lines = [
    'POST /mcp HTTP/1.1',
    `Host: ${host}`,
    'Content-Type: application/json',
    'Accept: application/json, text/event-stream',
    `Mcp-Session-Id: ${session.id}`,
    `Content-Length: ${body.length}`,
  ];
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`, () => resolve());
  });
  return socket;
}

/** The slowest of this many calls to the other backend, in ms. */
async function slowestOthers(count: number): Promise<number> {
  let slowest = 0;
  for (let index = 0; index < count; index += 1) {
    const started = performance.now();
    expect(textOf(await session.call('quiet_echo', { message: 'm' }))).toBe('m');
    slowest = Math.max(slowest, performance.now() - started);
  }
  return slowest;
}

describe('honest and large', () => {
  test.each([
    ['json', 1],
    ['sse', 1],
    ['json', 20],
    ['sse', 20],
  ] as const)(verifies(['HTP-03'], 'a %s answer of %s MB arrives whole'), async (as, megabytes) => {
    backend.lie('tools/call', hugeAnswer(megabytes * 1_000_000, as));
    const reply = await session.call('big_echo', {});
    expect(textOf(reply).length).toBe(megabytes * 1_000_000);
  });

  test(
    verifies(
      ['HTP-03', 'RES-01'],
      'hazard 30: for clients that do not read: held back at the backend, not in memory',
    ),
    async () => {
      backend.lie('tools/call', hugeAnswer(20 * MIB));
      await sizeOfCall(100);
      const before = await memory();
      const deaf = await Promise.all(Array.from({ length: 8 }, (_, index) => deafCaller(200 + index)));
      try {
        await until(() => backend.log.of('tools/call').length >= 8, 'the calls');
        expect(await slowestOthers(50)).toBeLessThan(OTHERS_MS);
        // 160 MiB are on offer; what the gateway takes is a few buffers each.
        expect((await memory()) - before).toBeLessThan(64 * MIB);
      } finally {
        for (const socket of deaf) socket.destroy();
      }
      expect(await sizeOfCall(300)).toBeGreaterThan(20 * MIB);
    },
  );
});

describe('without end', () => {
  test.each(['endlessJson', 'endlessEvent'] as const)(
    verifies(['HTP-03'], '%s is cut at 32 MiB, and the memory is given back'),
    async (lie) => {
      backend.lie('tools/call', lies[lie]);
      const before = await memory();
      for (let round = 0; round < 2; round += 1) {
        // A JSON answer has begun by then, so its end is a cut and no error message.
        const outcome = await session.call('big_echo', {}).catch((error: Error) => error);
        if (outcome instanceof Error) expect(lie).toBe('endlessJson');
        else
          expect(outcome.message.error).toMatchObject({
            code: -32603,
            data: { code: 'backend.answer-too-large' },
          });
      }
      backend.confess();
      expect(await slowestOthers(20)).toBeLessThan(OTHERS_MS);
      await until(async () => (await memory()) - before < 96 * MIB, 'memory to be given back');
    },
  );

  test(verifies(['HTP-03'], 'an answer that announces 1 GB is refused before it begins'), async () => {
    backend.lie('tools/call', lies.gigabyte);
    const { error } = (await session.call('big_echo', {})).message;
    expect(error).toMatchObject({ code: -32603, data: { code: 'backend.answer-too-large' } });
  });

  test('an event stream may announce as much: its answer is one event of it', async () => {
    backend.lie('tools/call', (response, { rpc }) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'content-length': 1_000_000_000 });
      response.write(`data: ${answerText(rpc?.idText ?? '', textResult('small'))}\n\n`);
    });
    expect(textOf(await session.call('big_echo', {}))).toBe('small');
  });

  test(verifies(['HTP-03'], 'of an answer without end no more than 32 MiB are passed on'), async () => {
    backend.lie('tools/call', lies.endlessJson);
    let passed = 0;
    const headers = [
      ['Content-Type', 'application/json'],
      ['Accept', 'application/json, text/event-stream'],
      ['Mcp-Session-Id', session.id ?? ''],
    ] as const;
    const response = await openExchange(gateway.url, { headers, body: callText(500) });
    const cut = new Promise((resolve) => response.once('close', resolve).once('error', () => undefined));
    response.on('data', (chunk: Buffer) => {
      passed += chunk.length;
    });
    await cut;
    expect(response.complete).toBe(false);
    expect(passed).toBeGreaterThan(30 * MIB);
    expect(passed).toBeLessThanOrEqual(32 * MIB);
  });

  test(verifies(['HTP-03'], 'a list of tools is cut, too, and the other lists stand'), async () => {
    for (const lie of ['endlessJson', 'endlessEvent'] as const) {
      backend.lie('tools/list', lies[lie]);
      const fresh = await gateway.open();
      const names = (await fresh.list('tools')).message.result.tools.map(
        ({ name }: { name: string }) => name,
      );
      expect(names).toContain('quiet_echo');
      expect(names.some((name: string) => name.startsWith('big_'))).toBe(false);
      await fresh.delete();
    }
  });

  test(
    verifies(['HTP-07'], '10,000 notifications a second leave others quick, and no answer is lost'),
    async () => {
      const notice =
        '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"storm"}}';
      const burst = Buffer.from(`data: ${notice}\n\n`.repeat(100));
      let sent = 0;
      const storming: (() => void)[] = [];
      backend.lie('tools/call', (response, { rpc }) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const timer = setInterval(() => {
          sent += 100;
          response.write(burst);
        }, 10);
        response.once('close', () => clearInterval(timer));
        storming.push(() => {
          clearInterval(timer);
          response.end(`data: ${answerText(rpc?.idText ?? '', { content: [] })}\n\n`);
        });
      });
      const before = await memory();
      const heard = sizeOfCall(400);
      const deaf = await Promise.all([deafCaller(401), deafCaller(402)]);
      await until(() => sent > 10_000, 'the storm', 10_000);
      expect(await slowestOthers(50)).toBeLessThan(OTHERS_MS);
      expect((await memory()) - before).toBeLessThan(96 * MIB);
      for (const calm of storming) calm();
      // The answer is the last thing that comes, after everything before it.
      expect(await heard).toBeGreaterThan(100_000);
      for (const socket of deaf) socket.destroy();
    },
  );

  test(verifies(['HTP-07'], 'a storm on the listening stream fills no memory, heard or not'), async () => {
    const [hearing, deaf] = [await gateway.open(), await gateway.open()];
    const streamOf = ({ id }: Session) =>
      openExchange(gateway.url, {
        method: 'GET',
        headers: [
          ['Accept', 'text/event-stream'],
          ['Mcp-Session-Id', id ?? ''],
        ],
      });
    const [heard, unheard] = [await streamOf(hearing), await streamOf(deaf)];
    let bytes = 0;
    let over = false;
    heard.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      over ||= chunk.includes('the end');
    });
    await until(() => quiet.openStreams() >= 3, 'the streams to the backend');
    const before = await memory();
    const data = 'x'.repeat(1_000);
    for (let round = 0; round < 40; round += 1) {
      for (let index = 0; index < 500; index += 1)
        quiet.push('notifications/message', { level: 'info', data });
      await session.request('ping');
      // The one that reads keeps up: further behind than 4 MiB it would be cut off like the other one.
      await until(() => bytes >= (round - 3) * 500 * data.length, 'the client that reads', 20_000);
    }
    quiet.push('notifications/message', { level: 'info', data: 'the end' });
    await until(() => over, 'the end of the storm', 50_000);
    expect(bytes).toBeGreaterThan(20_000_000);
    expect((await memory()) - before).toBeLessThan(128 * MIB);
    // The one that did not read was cut off; it comes back and finds the newest.
    unheard.on('error', () => undefined).resume();
    await until(() => unheard.destroyed, 'the end of the stream that nobody read');
    await using again = await deaf.stream({ lastEventId: 'none of ours' });
    quiet.push('notifications/message', { level: 'info', data: 'still there' });
    await again.waitFor(({ params }) => params?.data === 'still there');
    heard.destroy();
  }, 180_000);
});
