import { expect, test } from 'vitest';
import { Secret } from '../../../electron/secrets/secret.ts';
import { startLegacySseBackend } from '../../backends/legacy-sse-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { environmentSecrets, startTestGateway } from '../../support/gateway.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';
import { until } from '../../support/until.ts';

const SECRET = 'static-secret-4242';

test(
  verifies(['B42', 'STA-04'], 'plain and secret static headers are on every request, over HTTP and over SSE'),
  async () => {
    await using http = await startPlainBackend();
    await using sse = await startLegacySseBackend();
    const statics = { headers: { 'X-Region': 'eu' }, secretHeaders: ['Authorization'] };
    const secret = { headers: { Authorization: `Bearer ${SECRET}` } };
    await using gateway = await startTestGateway({
      secrets: environmentSecrets({ http: secret, sse: secret }),
      config: {
        passthroughHeaders: ['X-Tenant'],
        backends: {
          http: { type: 'http', url: http.url, ...statics },
          sse: { type: 'sse', url: sse.url, ...statics },
        },
      },
    });
    {
      await using connected = await connectV1(gateway.url, { headers: { 'X-Tenant': 't1' } });
      for (const name of ['http_echo', 'sse_echo']) {
        const { content } = await connected.client.callTool({ name, arguments: { message: 'hi' } });
        expect(content).toEqual([{ type: 'text', text: 'hi' }]);
      }
      await http.log.waitFor('GET');
    }
    await http.log.waitFor('DELETE');
    for (const request of [...http.requests, ...sse.requests]) {
      expect(request.header('X-Region')).toBe('eu');
      expect(request.header('Authorization')).toBe(`Bearer ${SECRET}`);
      expect(request.header('X-Tenant')).toBe('t1');
    }
    expect(gateway.logLines.join('\n')).not.toContain(SECRET);
  },
);

test(
  verifies(['B43', 'STA-01'], 'a missing secret: the backend is off by name, never called, others work'),
  async () => {
    await using lacking = await startPlainBackend();
    await using other = await startPlainBackend();
    await using gateway = await startTestGateway({
      config: {
        backends: {
          lacking: { type: 'http', url: lacking.url, secretHeaders: ['X-Api-Key'] },
          other: { type: 'http', url: other.url },
        },
      },
    });
    const session = await gateway.open();
    const { tools } = (await session.list('tools')).message.result;
    expect(tools.every(({ name }: { name: string }) => name.startsWith('other_'))).toBe(true);
    const [state] = gateway.patchbay.gateway.sessions.all();
    const found = [...(state?.backends ?? [])].map(([name, { session: backend }]) => [name, backend.state()]);
    expect(Object.fromEntries(found)).toMatchObject({
      lacking: {
        state: 'off',
        failure: { code: 'secret.missing', message: expect.stringContaining('X-Api-Key') },
      },
      other: { state: 'ready' },
    });
    expect(lacking.requests).toEqual([]);
  },
);

test(
  verifies(
    ['B44'],
    'a locked keychain is told as locked; once the secret is set the backend comes by itself',
  ),
  async () => {
    await using backend = await startPlainBackend();
    const ref = { backend: 'vault', kind: 'header', name: 'X-Api-Key' } as const;
    const secrets = createMemorySecretStore();
    secrets.setState({ state: 'locked', reason: 'The keychain is locked.' });
    await using gateway = await startTestGateway({
      secrets,
      config: { backends: { vault: { type: 'http', url: backend.url, secretHeaders: ['X-Api-Key'] } } },
    });
    const session = await gateway.open();
    const [state] = gateway.patchbay.gateway.sessions.all();
    const vault = () => [...(state?.backends.values() ?? [])][0]?.session.state();
    expect(vault()).toMatchObject({ state: 'off', failure: { code: 'secret.locked' } });
    secrets.setState({ state: 'ready', kind: 'keychain' });
    await secrets.write(ref, new Secret('first-value'));
    await until(() => vault()?.state === 'ready', 'the backend');
    await session.call('vault_echo', { message: 'a' });
    await secrets.write(ref, new Secret('second-value'));
    await backend.log.waitFor((request) => request.header('X-Api-Key') === 'second-value');
    await until(() => vault()?.state === 'ready', 'the backend, opened again');
    await session.call('vault_echo', { message: 'b' });
    expect(backend.log.of('tools/call').map((call) => call.header('X-Api-Key'))).toEqual([
      'first-value',
      'second-value',
    ]);
  },
);

test(verifies(['B49'], 'where outgoing auth has no credential, the backend is never called'), async () => {
  await using backend = await startPlainBackend();
  await using gateway = await startTestGateway({
    config: { backends: { api: { type: 'http', url: backend.url, auth: { strategy: 'bearer' } } } },
  });
  const session = await gateway.open();
  const { message } = await session.call('api_echo', { message: 'a' });
  expect(message.error?.code).toBeLessThan(0);
  expect(backend.requests).toEqual([]);
});

test(
  verifies(['B42', 'B36', 'B37'], 'outgoing auth is on every request, and the configuration stays as it was'),
  async () => {
    await using backend = await startPlainBackend();
    await using gateway = await startTestGateway({
      secrets: environmentSecrets({ api: { auth: { password: SECRET } } }),
      config: {
        passthroughHeaders: ['X-Tenant'],
        backends: {
          api: {
            type: 'http',
            url: backend.url,
            auth: { strategy: 'basic', username: 'jo' },
            headers: { 'X-R': '1' },
          },
        },
      },
    });
    const entry = [...gateway.patchbay.config().backends.values()][0];
    const before = JSON.stringify(entry, mapsToo);
    const session = await gateway.open({ headers: [['X-Tenant', 't']] });
    await session.call('api_echo', { message: 'a' });
    expect(await session.delete()).toBe(204);
    const expected = `Basic ${Buffer.from(`jo:${SECRET}`).toString('base64')}`;
    expect([...new Set(backend.requests.map((request) => request.header('Authorization')))]).toEqual([
      expected,
    ]);
    expect([...gateway.patchbay.config().backends.values()][0]).toBe(entry);
    expect(JSON.stringify(entry, mapsToo)).toBe(before);
  },
);

function mapsToo(_: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

test(
  verifies(
    ['STA-07'],
    'an answer that echoes our headers is relayed byte for byte; the log masks the secret',
  ),
  async () => {
    await using backend = await startPlainBackend({
      catalog: {
        handlers: {
          'resources/read': ({ params }) => {
            throw new Error(`no ${String(params.uri)}: Authorization was Bearer ${SECRET}`);
          },
        },
      },
    });
    await using gateway = await startTestGateway({
      secrets: environmentSecrets({ api: { auth: { token: SECRET } } }),
      config: { backends: { api: { type: 'http', url: backend.url, auth: { strategy: 'bearer' } } } },
    });
    const session = await gateway.open();
    const { text } = await session.call('api_headers');
    expect(text).toContain(`Bearer ${SECRET}`);
    const failed = await session.request('resources/read', { uri: 'test://one' });
    expect(failed.message.error?.message).toContain(`Bearer ${SECRET}`);
    expect(gateway.logLines.join('\n')).not.toContain(SECRET);
    expect(JSON.stringify(gateway.patchbay.activity.entries())).not.toContain(SECRET);
  },
);
