import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type PlainBackend, startPlainBackend } from '../backends/plain-http-backend.ts';
import { textResult } from '../backends/tool-calls.ts';
import { openExchange } from '../support/http-exchange.ts';
import { type Running, startScript } from '../support/processes.ts';
import { openSession, type Session } from '../support/session.ts';
import { createTempDir } from '../support/temp-dir.ts';

// The figures of a gateway in a process of its own: `node test/figures/gateway.ts` prints one JSON line per figure and
// ends with 1 where one misses its bound. Clients and backends run in this process, on the same machine.
const MAIN = join(import.meta.dirname, '../../electron/headless/main.ts');
const STORMING = join(import.meta.dirname, 'storming-backend.ts');
const SESSIONS = 50;
const IN_FLIGHT = 256;
const ROUNDS = 8;
const OTHERS = 4;
const STORM_MS = 5_000;

interface Figure {
  readonly figure: string;
  readonly met: boolean;
  readonly [measured: string]: unknown;
}

function report(figure: Figure): void {
  process.stdout.write(`${JSON.stringify(figure)}\n`);
  if (!figure.met) process.exitCode = 1;
}

const sorted = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);
const at = (values: readonly number[], share: number): number =>
  Math.round((sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0) * 10) / 10;

/** Backends whose tool answers with the nonce and with the captured header that reached it, 0 to 50 ms later. */
function startBackends(count: number): Promise<PlainBackend[]> {
  const nonce = async (
    { nonce: given, ms }: Record<string, unknown>,
    { request }: { request?: { header(name: string): string | undefined } },
  ) => {
    await wait(Number(ms));
    return textResult(`${String(given)} ${request?.header('X-Tenant')}`);
  };
  return Promise.all(
    Array.from({ length: count }, () => startPlainBackend({ catalog: { toolHandlers: { nonce } } })),
  );
}

async function withGateway<T>(
  places: Record<string, string | object>,
  use: (running: Running, readyMs: number) => Promise<T>,
): Promise<T> {
  await using dir = await createTempDir();
  const backends = Object.fromEntries(
    Object.entries(places).map(([name, at]) => [
      name,
      typeof at === 'string' ? { type: 'http', url: at } : at,
    ]),
  );
  const config = {
    version: 1,
    gateway: { auth: { mode: 'anonymous' } },
    passthroughHeaders: ['X-Tenant'],
    backends,
  };
  await writeFile(dir.file('config.json'), JSON.stringify(config), { mode: 0o600 });
  const began = performance.now();
  const args = ['serve', '--config', dir.file('config.json'), '--port', '0', '--json'];
  await using running = await startScript(MAIN, args, { env: { HOME: dir.path } });
  return await use(running, performance.now() - began);
}

const urlsOf = (backends: readonly PlainBackend[]): Record<string, string> =>
  Object.fromEntries(backends.map(({ url }, index) => [`b${index}`, url]));

async function timed<T>(work: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const began = performance.now();
  return { value: await work(), ms: Math.round((performance.now() - began) * 10) / 10 };
}

/** Runs calls at once; what did not come back with its own nonce and header is an error or crossed. */
async function callAll(sessions: readonly Session[], count: number, backends: number) {
  const counts = { errors: 0, crossed: 0 };
  const latencies: number[] = [];
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const tenant = index % sessions.length;
      const ms = (index * 7) % 50;
      const args = { nonce: `n${index}`, ms };
      const { value, ms: took } = await timed(async () =>
        sessions[tenant]?.call(`b${index % backends}_nonce`, args),
      );
      latencies.push(took - ms);
      const text: unknown = value?.message.result?.content[0].text;
      if (typeof text !== 'string') counts.errors += 1;
      else if (text !== `n${index} t${tenant}`) counts.crossed += 1;
    }),
  );
  return { ...counts, latencies };
}

async function concurrentCalls(): Promise<void> {
  const backends = await startBackends(5);
  await withGateway(urlsOf(backends), async ({ ready }) => {
    const sessions = await Promise.all(
      Array.from({ length: SESSIONS }, (_, index) =>
        openSession(ready.url, { openingHeaders: [['X-Tenant', `t${index}`]] }),
      ),
    );
    const rounds: Awaited<ReturnType<typeof callAll>>[] = [];
    for (let round = 0; round < ROUNDS; round += 1) rounds.push(await callAll(sessions, IN_FLIGHT, 5));
    const sum = (key: 'errors' | 'crossed') => rounds.reduce((total, one) => total + one[key], 0);
    const latencies = rounds.flatMap((one) => one.latencies);
    const [errors, crossed] = [sum('errors'), sum('crossed')];
    const met = errors === 0 && crossed === 0;
    report({
      figure: 'calls in flight',
      met,
      inFlight: IN_FLIGHT,
      sessions: SESSIONS,
      backends: 5,
      calls: latencies.length,
      errors,
      crossed,
      p50Ms: at(latencies, 0.5),
      p99Ms: at(latencies, 0.99),
    });
    const two = await callAll(sessions.slice(0, 2), 100, 5);
    report({
      figure: 'two sessions, two values',
      met: two.errors + two.crossed === 0,
      calls: 100,
      errors: two.errors,
      crossed: two.crossed,
    });
  });
  for (const backend of backends) await backend.close();
}

async function opening(): Promise<void> {
  const backends = await startBackends(20);
  await withGateway(urlsOf(backends), async ({ ready }, readyMs) => {
    report({ figure: 'ready with 20 backends', met: readyMs < 1_500, ms: Math.round(readyMs) });
    const all: number[] = [];
    for (let count = 0; count < 10; count += 1) all.push((await timed(() => openSession(ready.url))).ms);
    report({
      figure: 'initialize with 20 healthy backends',
      met: Math.max(...all) < 1_000,
      firstMs: all[0],
      p50Ms: at(all, 0.5),
      mostMs: Math.max(...all),
    });
  });
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const hanging = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/mcp`;
  const urls = { ...urlsOf(backends.slice(0, 5)), hanging, dead: 'http://127.0.0.1:9/mcp' };
  await withGateway(urls, async ({ ready }) => {
    const session = await timed(() => openSession(ready.url));
    const list = await timed(() => session.value.list('tools'));
    const tools = list.value.message.result.tools.length;
    const call = await timed(() => session.value.call('dead_nonce'));
    const met = session.ms < 5_000 && session.ms + list.ms < 5_000 && tools === 5 && call.ms < 5_000;
    report({
      figure: 'one dead and one hanging backend',
      met,
      initializeMs: session.ms,
      listMs: list.ms,
      tools,
      callOfDeadMs: call.ms,
    });
  });
  silent.close();
  for (const backend of backends) await backend.close();
}

/** What each session's calls took, one every 20 ms for so long, in ms. */
async function othersFor(others: readonly Session[], forMs: number): Promise<number[]> {
  const latencies: number[] = [];
  const end = performance.now() + forMs;
  await Promise.all(
    others.map(async (session) => {
      while (performance.now() < end) {
        const { value, ms } = await timed(() => session.call('calm_echo', { message: 'm' }));
        if (value.message.result?.content[0].text !== 'm') throw new Error(`a call to others: ${value.text}`);
        latencies.push(ms);
        await wait(20);
      }
    }),
  );
  return latencies;
}

/** A session that asks for the storm and reads all of it; what came of it, in bytes. */
async function stormed(url: string): Promise<() => number> {
  const session = await openSession(url);
  let bytes = 0;
  const read = (response: { on(event: 'data', heard: (chunk: Buffer) => void): unknown }): unknown =>
    response.on('data', (chunk) => {
      bytes += chunk.length;
    });
  const headers = [
    ['Accept', 'application/json, text/event-stream'],
    ['Content-Type', 'application/json'],
    ['Mcp-Session-Id', session.id ?? ''],
  ] as const;
  read(await openExchange(url, { method: 'GET', headers }));
  const params = { name: 'stormy_storm', arguments: {} };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params });
  // The answer to a call begins with the first message of the storm, and that of no storm never.
  openExchange(url, { headers, body }).then(read, () => undefined);
  return () => bytes;
}

/** HTP-07, HTP-18: how long the calls of other sessions to another backend take while one backend storms. */
async function storms(): Promise<void> {
  await using calm = await startPlainBackend();
  const kinds = [
    ['logs', 'HTTP log storm'],
    ['stdio', 'stdio log storm'],
    ['changes', 'list_changed storm'],
  ] as const;
  for (const [kind, figure] of kinds) {
    for (const perSecond of [10_000, 0]) {
      // Changes come on the listening stream of every session, the others' included.
      const args = [kind, String(kind === 'changes' ? perSecond / (OTHERS + 1) : perSecond)];
      await using backend = kind === 'stdio' ? undefined : await startScript(STORMING, args);
      const process_ = { type: 'stdio', command: process.execPath, args: [STORMING, ...args] };
      await withGateway({ calm: calm.url, stormy: backend?.ready.url ?? process_ }, async ({ ready }) => {
        const others = await Promise.all(Array.from({ length: OTHERS }, () => openSession(ready.url)));
        // The first call of a session waits for the lists of all, for a while.
        const first = await timed(() => Promise.all(others.map((session) => session.call('calm_echo'))));
        const before = kind === 'changes' ? [] : await othersFor(others, STORM_MS / 2);
        const heard = await stormed(ready.url);
        const from = { bytes: heard(), at: performance.now() };
        const during = await othersFor(others, STORM_MS);
        const seconds = (performance.now() - from.at) / 1_000;
        const sent = backend
          ?.output()
          .stdout.match(/(?<="sent":)\d+/g)
          ?.at(-1);
        report({
          figure,
          met: at(during, 0.99) < 250,
          asked: perSecond === 0 ? 'as many as are taken' : `${perSecond} a second`,
          sent: Number(sent) || undefined,
          heardKiBPerSecond: Math.round((heard() - from.bytes) / seconds / 1_024),
          firstMs: first.ms,
          calls: during.length,
          p50Ms: at(during, 0.5),
          p99Ms: at(during, 0.99),
          mostMs: at(during, 1),
          ...(before.length === 0 ? {} : { p99MsBefore: at(before, 0.99) }),
        });
      });
    }
  }
}

await concurrentCalls();
await opening();
await storms();
process.exit();
