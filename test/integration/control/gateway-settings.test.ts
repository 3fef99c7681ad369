import { expect, test } from 'vitest';
import type { SecretValue } from '../../../shared/control/vocabulary.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { eventOf, refusal, startTestControl, value } from '../../support/control.ts';

test(
  verifies(['AIN-07'], 'a token is told once, works, and ends its sessions when it is revoked'),
  async () => {
    await using one = await startPlainBackend();
    await using running = await startTestControl({
      config: { backends: { one: { type: 'http', url: one.url } } },
      tokens: ['first'],
    });
    const { client, told, gateway } = running;
    const made = await value(client.tokens.create({ client: 'cursor' }));
    expect(made.endpoint).toBe(gateway.url);
    const session = await gateway.open({ token: made.value });
    const other = await gateway.open({ token: gateway.token('first') });
    await eventOf(running, 'tokens.changed', ({ tokens }: { tokens: { liveSessions: number }[] }) =>
      tokens.every(({ liveSessions }) => liveSessions === 1),
    );
    const listed = (await value(client.tokens.list({}))).tokens.find(({ client: name }) => name === 'cursor');
    expect(listed).toMatchObject({ liveSessions: 1, lastUsedBy: 'test-client' });
    const revoked = await value(client.tokens.revoke({ tokenId: made.token.tokenId }));
    expect(revoked.sessionsEnded).toBe(1);
    expect(revoked.tokens.map(({ client: name }) => name)).toEqual(['first']);
    expect((await session.list('tools')).status).toBe(401);
    expect((await other.list('tools')).status).toBe(200);
    expect((await value(client.sessions.list({}))).sessions).toHaveLength(1);
    await expect(connectV1(gateway.url, { token: made.value })).rejects.toThrow();
    expect((await refusal(client.tokens.revoke({ tokenId: made.token.tokenId }))).code).toBe('auth.revoked');
    expect(told.join('\n')).not.toContain(made.value);
  },
);

test('settings are read and written one by one; what this host has not is said', async () => {
  await using running = await startTestControl({});
  const { client } = running;
  const { settings, unavailable } = await value(client.settings.get({}));
  expect(settings).toMatchObject({ auth: { mode: 'anonymous' }, maxSessions: 1000 });
  expect(unavailable).toContain('autostart');
  const change = { maxSessions: 7, sayWhoAsks: true, conflicts: 'priority' as const };
  const set = await value(client.settings.set({ revision: running.revision(), change }));
  expect(set.revision).toBe(running.revision());
  expect((await value(client.settings.get({}))).settings).toMatchObject(change);
  const wrong = client.settings.set({ revision: running.revision(), change: { maxSessions: -1 } });
  expect((await refusal(wrong)).problems?.[0]?.place).toBe('gateway.maxSessions');
  const tray = client.settings.set({ revision: running.revision(), change: { autostart: true } });
  expect((await refusal(tray)).code).toBe('control.not-available');
  await running.gateway.open();
  const auth = { auth: { mode: 'local' as const } };
  const closed = await value(client.settings.set({ revision: running.revision(), change: auth }));
  expect(closed.effects.sessionsEnded).toBe(1);
});

test('the secret of a provider is set, told apart and removed under the name of the gateway', async () => {
  const auth = {
    mode: 'oidc',
    issuer: 'https://id.example.com',
    audience: 'patchbay',
    introspection: { url: 'https://id.example.com/introspect', clientId: 'patchbay' },
  };
  await using running = await startTestControl({ config: { gateway: { auth } } });
  const { client, told } = running;
  const target = { backend: '@gateway', kind: 'auth' as const, name: 'introspection' };
  const states = async () =>
    (await value(client.secrets.status({ backend: '@gateway' }))).secrets.map(({ status }) => status);
  expect(await states()).toEqual(['missing']);
  const secret = 'canary-introspection-31' as SecretValue;
  expect(await value(client.secrets.set({ ...target, value: secret }))).toMatchObject({ status: 'set' });
  expect(await states()).toEqual(['set']);
  const other = client.secrets.set({ ...target, name: 'server-keys', value: secret });
  expect((await refusal(other)).code).toBe('secret.missing');
  await value(client.secrets.remove(target));
  expect(await states()).toEqual(['missing']);
  expect(told.join('\n')).not.toContain(secret);
});

test('the catalog can be renamed, hidden, described and tried; conflicts are named', async () => {
  await using one = await startPlainBackend();
  await using two = await startPlainBackend();
  const config = {
    backends: { one: { type: 'http', url: one.url }, two: { type: 'http', url: two.url } },
    tools: { conflicts: 'priority' },
  };
  await using running = await startTestControl({ config });
  const { client } = running;
  const session = await running.gateway.open();
  await session.list('tools');
  const catalog = await value(client.tools.catalog({}));
  expect(catalog.conflicts.map(({ name }) => name)).toContain('echo');
  const shown = (items: typeof catalog.items) =>
    items.find(({ backend, original }) => backend === 'two' && original === 'echo');
  expect(shown(catalog.items)?.shown).toBe('conflict');
  const rule = { backend: 'two', tool: 'echo' };
  await value(client.tools.rename({ revision: running.revision(), ...rule, to: 'second_echo' }));
  await value(client.tools.describe({ revision: running.revision(), ...rule, text: 'Our own words.' }));
  await value(
    client.tools.hide({ revision: running.revision(), backend: 'one', tool: 'fail', hidden: true }),
  );
  const listed = (await session.list('tools')).message.result.tools as {
    name: string;
    description: string;
  }[];
  expect(listed.find(({ name }) => name === 'second_echo')?.description).toBe('Our own words.');
  const after = await value(client.tools.catalog({ search: 'echo' }));
  expect(shown(after.items)).toMatchObject({
    advertised: 'second_echo',
    shown: 'listed',
    overrides: { rename: 'second_echo' },
  });
  const called = await value(
    client.tools.call({ tool: 'second_echo', argumentsJson: '{"message":"hi there"}' }),
  );
  expect(JSON.stringify(called.result)).toContain('hi there');
  const { entries } = await value(client.activity.query({ client: 'Patchbay window' }));
  expect(entries).toEqual([
    expect.objectContaining({ target: 'second_echo', backend: 'two', outcome: 'ok' }),
  ]);
  expect((await refusal(client.tools.call({ tool: 'nothing', argumentsJson: '{}' }))).code).toBe(
    'tool.unknown',
  );
  expect((await refusal(client.tools.call({ tool: 'second_echo', argumentsJson: '[]' }))).code).toBe(
    'request.params',
  );
});

test('activity is paged newest first, filtered, counted and exported', async () => {
  await using one = await startPlainBackend();
  await using running = await startTestControl({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const { client } = running;
  const session = await running.gateway.open({ clientInfo: { name: '=cmd()', version: '1' } });
  for (let call = 0; call < 5; call++) await session.call('one_echo', { message: String(call) });
  await session.call('one_fail', {});
  const first = await value(client.activity.query({ limit: 4 }));
  expect(first.total).toBe(6);
  expect(first.entries[0]).toMatchObject({ target: 'one_fail' });
  const rest = await value(client.activity.query({ limit: 4, cursor: first.next ?? '' }));
  expect(rest.entries).toHaveLength(2);
  expect(rest.next).toBeUndefined();
  expect((await value(client.activity.query({ target: 'one_echo' }))).total).toBe(5);
  const { backends } = await value(client.activity.stats({ since: 0, step: 86_400_000 }));
  expect(backends[0]).toMatchObject({ backend: 'one', calls: 6, p50: expect.any(Number) });
  const csv = await value(client.activity.export({ format: 'csv' }));
  expect(csv.text).toContain("'=cmd()");
  expect(csv.entries).toBe(6);
});

test('what is not built answers so, and never pretends', async () => {
  await using running = await startTestControl({});
  expect((await refusal(running.client.signIn.start({ backend: 'none' }))).code).toBe('backend.unknown');
  const { files } = await value(running.client.settings.supportBundle({}));
  expect(files.map(({ name }) => name)).toContain('configuration.json');
});

test('a definition that has changed is held back, shown beside its first one, and listed once it is approved', async () => {
  const tool = { name: 'pay', description: 'Pays.', inputSchema: { type: 'object' } };
  await using one = await startPlainBackend({ catalog: { tools: [tool] } });
  const backend = { type: 'http', url: one.url, tools: { changed: 'hold' } };
  await using running = await startTestControl({ config: { backends: { one: backend } } });
  const { client } = running;
  const session = await running.gateway.open();
  expect((await session.list('tools')).text).toContain('one_pay');
  one.catalog.tools = [{ ...tool, description: 'Pays somebody else.' }];
  await value(client.backends.test({ name: 'one' }));
  const [item] = (await value(client.tools.catalog({}))).items;
  expect(item).toMatchObject({
    shown: 'held-back',
    definition: { description: 'Pays somebody else.' },
    changed: { before: { description: 'Pays.' }, parts: ['description'] },
  });
  await eventOf(
    running,
    'tools.changed',
    ({ changedDefinitions }: { changedDefinitions: number }) => changedDefinitions === 1,
  );
  const stale = client.tools.approve({
    backend: 'one',
    tool: 'pay',
    digest: item?.changed?.before.digest ?? '',
  });
  expect((await refusal(stale)).code).toBe('tool.changed');
  const digest = item?.definition.digest ?? '';
  expect(await value(client.tools.approve({ backend: 'one', tool: 'pay', digest }))).toEqual({
    shown: 'listed',
  });
  expect((await value(client.status.snapshot({}))).changedDefinitions).toBe(0);
});

test('events come at most four a second, each session once in its newest state', async () => {
  await using one = await startPlainBackend();
  await using running = await startTestControl({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const session = await running.gateway.open();
  await eventOf(running, 'sessions.changed', () => true);
  const before = running.events.length;
  const startedAt = performance.now();
  for (let call = 0; call < 60; call++) await session.call('one_echo', { message: 'x' });
  await eventOf(running, 'sessions.changed', ({ sessions }: { sessions: { calls: number }[] }) =>
    sessions.some(({ calls }) => calls >= 60),
  );
  const rounds = Math.ceil((performance.now() - startedAt) / 250) + 1;
  const names = running.events.slice(before).map(({ name }) => name);
  for (const name of ['sessions.changed', 'activity.appended', 'status.changed'])
    expect(names.filter((one) => one === name).length).toBeLessThanOrEqual(rounds);
});
