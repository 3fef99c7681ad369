import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { portInUse } from '../../../electron/headless/port-in-use.ts';
import { verifies } from '../../requirements/verifies.ts';
import { eventOf, refusal, startTestControl, value } from '../../support/control.ts';
import { openSession } from '../../support/session.ts';

/** Another program on a port of its own. */
async function holdPort(): Promise<AsyncDisposable & { readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = () => new Promise<void>((resolve) => server.close(() => resolve()));
  return { port, [Symbol.asyncDispose]: close };
}

const auth = { mode: 'anonymous' };
const listening = { explainPort: portInUse, waitsForPort: true };

test(
  verifies(['NET-04'], 'a taken port is told with its holder, and taken at a retry once it is free'),
  async () => {
    const holder = await holdPort();
    const { port } = holder;
    await using running = await startTestControl({ config: { gateway: { port, auth } }, listening });
    const { client, gateway } = running;
    const { gateway: state } = await value(client.status.snapshot({}));
    expect(state).toMatchObject({ state: 'port-taken', port });
    expect(JSON.stringify(state)).toContain(`Port ${port} of 127.0.0.1 is in use`);
    expect((await value(client.status.retryListening({}))).state).toBe('port-taken');
    await holder[Symbol.asyncDispose]();
    expect(await value(client.status.retryListening({}))).toMatchObject({ state: 'listening', port });
    await eventOf(running, 'status.changed', ({ gateway: { state: now } }: never) => now === 'listening');
    expect((await openSession(gateway.patchbay.url)).opening.status).toBe(200);
  },
);

test(
  verifies(
    ['NET-04'],
    'a changed port is followed while running; sessions go on, a taken one changes nothing',
  ),
  async () => {
    await using holder = await holdPort();
    const free = await holdPort();
    await using running = await startTestControl({ config: { gateway: { port: 0, auth } }, listening });
    const { client, gateway } = running;
    const before = gateway.patchbay.url;
    const session = await openSession(before);
    await free[Symbol.asyncDispose]();
    const set = async (port: number) =>
      await value(client.settings.set({ revision: running.revision(), change: { port } }));
    expect(await set(free.port)).toMatchObject({ restartNeeded: false, effects: { sessionsEnded: 0 } });
    const now = gateway.patchbay.url;
    expect(now).toBe(`http://127.0.0.1:${free.port}/mcp`);
    await expect(openSession(before)).rejects.toThrow('ECONNREFUSED');
    const headers = { 'Mcp-Session-Id': session.id ?? '', 'Content-Type': 'application/json' };
    const body = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
    const accept = { Accept: 'application/json, text/event-stream', 'MCP-Protocol-Version': '2025-11-25' };
    expect((await fetch(now, { method: 'POST', headers: { ...headers, ...accept }, body })).status).toBe(200);

    expect((await set(holder.port)).restartNeeded).toBe(true);
    expect(gateway.patchbay.url).toBe(now);
    expect((await openSession(now)).opening.status).toBe(200);
    const retried = await refusal(client.status.retryListening({}));
    expect(retried).toMatchObject({ code: 'gateway.port-in-use' });
  },
);
