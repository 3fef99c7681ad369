import { expect, test } from 'vitest';
import { demandHeader } from '../../backends/interceptions.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway } from '../../support/gateway.ts';
import type { Session } from '../../support/session.ts';

const toolNames = async (session: Session): Promise<string[]> =>
  (await session.list('tools')).message.result.tools.map(({ name }: { name: string }) => name);

test(
  verifies(
    ['B32', 'PAS-19'],
    "a backend that wants a caller's header is not unhealthy: sessions that bring it have it",
  ),
  async () => {
    await using picky = await startPlainBackend({ manners: { intercept: demandHeader('X-Api-Key') } });
    await using plain = await startPlainBackend();
    await using gateway = await startTestGateway({
      config: {
        passthroughHeaders: ['X-Api-Key'],
        backends: { picky: { type: 'http', url: picky.url }, plain: { type: 'http', url: plain.url } },
      },
    });
    const without = await gateway.open();
    expect((await toolNames(without)).every((name) => name.startsWith('plain_'))).toBe(true);
    const [state] = gateway.patchbay.gateway.sessions.all();
    const states = [...(state?.backends.values() ?? [])].map(({ session }) => session.state());
    expect(states[0]).toMatchObject({
      state: 'off',
      failure: { code: 'backend.needs-caller-header', message: expect.stringContaining('X-Api-Key') },
    });
    const refused = (await without.call('picky_echo', { message: 'a' })).message.error;
    expect(refused?.message).toContain('X-Api-Key');
    // Another session that brings it is served at once, and the first one stays as it is.
    const bringing = await gateway.open({ openingHeaders: [['X-Api-Key', 'mine']] });
    expect(await toolNames(bringing)).toContain('picky_echo');
    const answer = await bringing.call('picky_echo', { message: 'b' });
    expect(answer.message.result.content[0].text).toBe('b');
    const served = picky.log.of('tools/call').map((request) => request.header('X-Api-Key'));
    expect(served).toEqual(['mine']);
    // A 401 of a backend is never a 401 of ours, nor is its challenge told (contract section 4).
    const silent = await without.call('picky_echo', { message: 'c' });
    expect([silent.status, silent.headers['www-authenticate']]).toEqual([200, undefined]);
  },
);

test(
  verifies(['B30', 'PAS-04'], 'a listing that depends on the header is never shared between two values'),
  async () => {
    await using one = await startPlainBackend({
      catalog: {
        handlers: {
          'tools/list': (_, { request }) => ({
            tools: [{ name: `for-${request?.header('X-Tenant')}`, inputSchema: { type: 'object' } }],
          }),
        },
      },
    });
    await using gateway = await startTestGateway({
      config: { passthroughHeaders: ['X-Tenant'], backends: { one: { type: 'http', url: one.url } } },
    });
    const names = async (tenant: string): Promise<string[]> => {
      await using connected = await connectV1(gateway.url, { headers: { 'X-Tenant': tenant } });
      return (await connected.client.listTools()).tools.map(({ name }) => name);
    };
    for (let round = 0; round < 3; round += 1) {
      const both = await Promise.all(['blue', 'red'].map(names));
      expect(both).toEqual([['one_for-blue'], ['one_for-red']]);
    }
  },
);
