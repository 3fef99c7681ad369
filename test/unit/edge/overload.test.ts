import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limitIn, type OverloadOptions, watchOverload } from '../../../electron/gateway/edge/overload.ts';
import { verifies } from '../../requirements/verifies.ts';

const MINUTE_MS = 60_000;

let server: Server;
let now = 0;

beforeEach(() => {
  server = createServer();
  now = 0;
});
afterEach(() => {
  vi.useRealTimers();
  server.close();
});

function watched(options: Partial<OverloadOptions> = {}) {
  const told: string[] = [];
  const relieved = vi.fn();
  const events = { overloaded: (why: string) => told.push(why), relieved };
  const watch = watchOverload([server], events, { now: () => now, limit: undefined, ...options });
  return { told, relieved, watch };
}

test(verifies(['RES-03'], 'a connection that cannot be taken ends nothing and is told once a minute'), () => {
  const { told, watch } = watched();
  for (let each = 0; each < 1_000; each++) server.emit('error', new Error('accept EMFILE'));
  expect(told).toHaveLength(1);
  now += MINUTE_MS;
  server.emit('error', new Error('accept EMFILE'));
  expect(told).toHaveLength(2);
  watch[Symbol.dispose]();
});

test(
  verifies(['RES-03'], 'a lack of file descriptors is told once, and so is its end to who waits for it'),
  () => {
    vi.useFakeTimers();
    let canOpen = true;
    const { told, relieved, watch } = watched({ canOpen: () => canOpen, lookMs: 1_000 });
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual([]);
    canOpen = false;
    vi.advanceTimersByTime(5_000);
    expect(told).toEqual([expect.stringContaining('no file descriptors left')]);
    expect(relieved).not.toHaveBeenCalled();
    canOpen = true;
    vi.advanceTimersByTime(5_000);
    expect(relieved).toHaveBeenCalledOnce();
    watch[Symbol.dispose]();
    canOpen = false;
    now += MINUTE_MS;
    vi.advanceTimersByTime(5_000);
    expect(told).toHaveLength(1);
  },
);

test(
  verifies(['RES-03'], 'half of the file descriptors are kept from connections; the next ones are closed'),
  async () => {
    const { told, watch } = watched({ limit: 4 });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    const open = () => connect(port, '127.0.0.1').on('error', () => undefined);
    const kept = [open(), open()];
    await Promise.all(kept.map(() => once(server, 'connection')));
    const dropped = [open(), open()];
    await Promise.all(dropped.map((socket) => once(socket, 'close')));
    expect(told).toEqual([expect.stringContaining('More than 2 connections')]);
    expect(kept.map(({ destroyed }) => destroyed)).toEqual([false, false]);
    for (const socket of kept) socket.destroy();
    watch[Symbol.dispose]();
  },
);

test(verifies(['RES-03'], 'the limit is the soft one of /proc/self/limits, where there is one'), () => {
  const line = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax open files            ${soft.padEnd(20)} 4096                 files     \n`;
  expect(limitIn(line('1024'))).toBe(1_024);
  expect(limitIn(line('unlimited'))).toBeUndefined();
  expect(limitIn('')).toBeUndefined();
});
