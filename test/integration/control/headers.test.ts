import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { eventOf, refusal, startTestControl, value } from '../../support/control.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';

test('a name that clients send and the list ignores is seen without its value, allowed with one click, then captured', async () => {
  await using one = await startPlainBackend();
  await using running = await startTestControl({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const { client, told } = running;
  await running.gateway.open({
    headers: [['X-Wanted', 'first-canary-8']],
    clientInfo: { name: 'seen-by', version: '1' },
  });
  await eventOf(running, 'headers.seen', ({ names }: { names: object[] }) => names.length === 1);
  expect((await value(client.headers.seen({}))).names).toEqual([
    { name: 'X-Wanted', lastSeenAt: expect.any(Number), sessions: 1, clients: ['seen-by'] },
  ]);
  const allowed = await value(client.headers.allow({ revision: running.revision(), name: 'X-Wanted' }));
  expect(allowed.revision).toBe(running.revision());
  expect((await value(client.headers.seen({}))).names).toEqual([]);
  expect((await value(client.sessions.list({}))).sessions[0]?.olderAllowlist).toBe(true);
  await running.gateway.open({ headers: [['X-Wanted', 'second-canary-8']] });
  const { headers } = await value(client.headers.list({}));
  expect(headers).toEqual([
    { name: 'X-Wanted', inForce: true, problems: [], capturedIn: 1, liveSessions: 2 },
  ]);
  expect(one.requests.at(-1)?.header('X-Wanted')).toBe('second-canary-8');
  expect(told.join('\n')).not.toMatch(/(first|second)-canary-8/);
});

test('a list with names that may not be is refused whole, with every problem; one name is explained', async () => {
  await using running = await startTestControl({ config: { passthroughHeaders: ['X-A'] } });
  const { client } = running;
  const names = ['X-A', 'x-a', 'Host', 'not a name', 'X-Good'];
  const refused = await refusal(client.headers.set({ revision: running.revision(), names }));
  expect(refused.problems?.map(({ code }) => code)).toEqual([
    'header.duplicate',
    'header.restricted',
    'header.name-invalid',
  ]);
  expect((await value(client.headers.list({}))).headers.map(({ name }) => name)).toEqual(['X-A']);
  const explained = await value(client.headers.explain({ name: 'Authorization' }));
  expect(explained).toMatchObject({ verdict: 'refused', offer: 'secret-header' });
  expect(await value(client.headers.explain({ name: 'X-Fine' }))).toMatchObject({
    verdict: 'allowed',
    problems: [],
  });
});

test(
  verifies(
    ['B10'],
    'the plan says of every backend what it then really gets, name by name and source by source',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using two = await startPlainBackend();
    await using running = await startTestControl({
      config: {
        passthroughHeaders: ['X-Tenant', 'X-Other'],
        backends: {
          one: {
            type: 'http',
            url: one.url,
            headers: { 'X-Region': 'eu' },
            secretHeaders: ['X-Key'],
            identityHeaders: 'on',
          },
          two: {
            type: 'http',
            url: two.url,
            passthrough: { except: ['X-Tenant'] },
            auth: { strategy: 'bearer' },
          },
        },
      },
      tokens: ['cursor'],
      secrets: createMemorySecretStore([
        [{ backend: 'one', kind: 'header', name: 'X-Key' }, 'secret-one'],
        [{ backend: 'two', kind: 'auth', name: 'token' }, 'secret-two'],
      ]),
    });
    const { client } = running;
    const pasted = 'X-Tenant: acme\nX-Other: more\nX-Unlisted: no\nHost: evil\nAuthorization: Bearer x';
    const simulated = await value(client.headers.simulate({ pasted, caller: 'local' }));
    expect(simulated.outcome).toBe('session-opens');
    expect(simulated.fields.map(({ name, fate, line }) => [name, fate, line])).toEqual([
      ['X-Tenant', 'captured', 1],
      ['X-Other', 'captured', 2],
      ['X-Unlisted', 'ignored', 3],
      ['Host', 'refused', 4],
      ['Authorization', 'used-by-us', 5],
    ]);
    const session = await running.gateway.open({
      token: running.gateway.token('cursor'),
      openingHeaders: [
        ['X-Tenant', 'acme'],
        ['X-Other', 'more'],
        ['X-Unlisted', 'no'],
      ],
    });
    await session.call('one_echo', {});
    await session.call('two_echo', {});
    const handle = (await value(client.sessions.list({}))).sessions[0]?.session ?? '';
    const detail = await value(client.sessions.detail({ session: handle }));
    const { table } = simulated;
    const backends = { one, two };
    let compared = 0;
    for (const [column, name] of table.backends.entries()) {
      const request = backends[name as 'one' | 'two'].requests.at(-1);
      const outgoing = detail.backends.find(({ backend }) => backend === name)?.outgoing ?? [];
      for (const { header, cells } of table.rows) {
        const cell = cells[column];
        const got = request?.header(header);
        // Identity depends on claims: the OS user has a name and no address.
        if (cell?.cell === 'sent' && cell.certainty === 'when-present' && got === undefined) continue;
        expect(got !== undefined, `${header} at ${name}`).toBe(cell?.cell === 'sent');
        if (cell?.cell !== 'sent') continue;
        expect(outgoing, `${header} at ${name}`).toContainEqual({
          name: header,
          source: cell.source,
          place: cell.place,
        });
        compared += 1;
      }
      const planned = new Set(table.rows.map(({ header }) => header.toLowerCase()));
      const configured = outgoing.filter(({ source }) => source !== 'protocol');
      for (const { name: sent } of configured) expect(planned).toContain(sent.toLowerCase());
    }
    expect(compared).toBeGreaterThanOrEqual(7);
    const planned = await value(client.headers.plan({ names: ['X-Tenant', 'X-Region'] }));
    const row = planned.table.rows.find(({ header }) => header === 'X-Region');
    expect(row?.cells[0]).toMatchObject({ cell: 'collision', when: 'when-sent' });
    expect(planned.problems.map(({ code }) => code)).toContain('header.collision');
  },
);
