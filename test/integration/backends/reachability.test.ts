import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { refuseWith } from '../../backends/interceptions.ts';
import { lies } from '../../backends/lies.ts';
import { startLyingBackend } from '../../backends/lying-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { createTestCertificate } from '../../backends/test-certificate.ts';
import { verifies } from '../../requirements/verifies.ts';
import { until } from '../../support/until.ts';
import { startWireGateway, textOf } from '../../support/wire-gateway.ts';
import { backendOf } from './backend-states.ts';

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('a backend that cannot be reached', () => {
  test(verifies(['HTP-01'], 'hides nobody else: refused, unknown name, TLS on both sides'), async () => {
    await using good = await startPlainBackend();
    await using secure = await startPlainBackend({ tls: createTestCertificate() });
    await using gateway = await startWireGateway({
      backends: {
        good: { type: 'http', url: good.url },
        refused: { type: 'http', url: `http://127.0.0.1:${await freePort()}/mcp` },
        unknown: { type: 'http', url: 'http://no-such-host.invalid/mcp' },
        distrusted: { type: 'http', url: secure.url },
        plain: { type: 'http', url: good.url.replace('http:', 'https:') },
      },
    });
    const started = performance.now();
    const session = await gateway.open();
    const names = (await session.list('tools')).message.result.tools.map(
      ({ name }: { name: string }) => name,
    );
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(names.length).toBeGreaterThan(0);
    expect(names.every((name: string) => name.startsWith('good_'))).toBe(true);
    expect(textOf(await session.call('good_echo', { message: 'm' }))).toBe('m');
    for (const name of ['refused', 'unknown', 'distrusted', 'plain']) {
      // It is tried again every now and then: while it is, it says nothing of its failure.
      const { failure } = await until(() => {
        const state = backendOf(gateway, name).session.state();
        return 'failure' in state && state;
      }, `the failure of ${name}`);
      expect(failure).toMatchObject({ code: 'backend.unreachable', rpcCode: -32000 });
      expect(failure.message).toContain(name);
      const called = performance.now();
      const { error } = (await session.call(`${name}_echo`, { message: 'm' })).message;
      expect(error).toMatchObject({ code: -32000, message: expect.stringContaining(name) });
      expect(performance.now() - called).toBeLessThan(5_000);
    }
    expect(secure.requests).toEqual([]);
  });

  test(
    verifies(['HTP-01'], 'that goes away fails its calls by name, and comes back on its own'),
    async () => {
      const first = await startPlainBackend();
      await using gateway = await startWireGateway({ backends: { one: { type: 'http', url: first.url } } });
      const session = await gateway.open();
      await session.list('tools');
      await first.close();
      const started = performance.now();
      const failed = await session.call('one_echo', { message: 'm' });
      expect(failed.message.error).toMatchObject({ code: -32000, message: expect.stringContaining('one') });
      expect(performance.now() - started).toBeLessThan(5_000);
      await using again = await startPlainBackend({ port: first.port });
      const answer = await until(async () => {
        const reply = await session.call('one_echo', { message: 'back' });
        return textOf(reply) === 'back' && reply;
      }, 'the backend to be used again');
      expect(answer.status).toBe(200);
      expect(again.log.of('initialize').length).toBe(1);
    },
  );
});

describe('a backend that never answers', () => {
  test(verifies(['HTP-02'], 'a call times out with -32001 and the backend is told'), async () => {
    await using backend = await startLyingBackend();
    await using gateway = await startWireGateway({
      backends: { one: { type: 'http', url: backend.url, timeoutSeconds: 1 } },
    });
    const session = await gateway.open();
    await session.list('tools');
    for (const lie of ['neverAnswer', 'headThenSilence'] as const) {
      backend.lie('tools/call', lies[lie]);
      const started = performance.now();
      const reply = await session.call('one_echo', { message: 'm' });
      expect(reply.message.error).toMatchObject({ code: -32001, message: expect.stringContaining('one') });
      expect(performance.now() - started).toBeGreaterThan(950);
      expect(performance.now() - started).toBeLessThan(2_500);
    }
    const told = await backend.log.waitFor('notifications/cancelled');
    expect(told.rpc?.params).toMatchObject({ requestId: expect.any(Number) });
    backend.confess();
    expect(textOf(await session.call('one_echo', { message: 'm' }))).toBe('m');
  });

  test(verifies(['HTP-02'], 'progress moves the limit of a call'), async () => {
    await using backend = await startPlainBackend({ manners: { answers: 'sse' } });
    await using gateway = await startWireGateway({
      backends: { one: { type: 'http', url: backend.url, timeoutSeconds: 1 } },
    });
    let ticks = 0;
    backend.catalog.toolHandlers.slow = (_args, { notify }, { params }) =>
      new Promise((resolve) => {
        const { progressToken } = params._meta as { progressToken: number };
        const timer = setInterval(() => {
          ticks += 1;
          if (ticks < 6) notify('notifications/progress', { progressToken, progress: ticks });
          else {
            clearInterval(timer);
            resolve({ content: [{ type: 'text', text: 'slow but alive' }] });
          }
        }, 300);
      });
    backend.catalog.tools = [{ name: 'slow', inputSchema: { type: 'object' } }];
    const session = await gateway.open();
    const params = { name: 'one_slow', arguments: {}, _meta: { progressToken: 5 } };
    const reply = await session.request('tools/call', params);
    expect(textOf(reply)).toBe('slow but alive');
    expect(reply.messages.length).toBe(6);
  });

  test(
    verifies(['HTP-02', 'HTP-01'], 'an initialize that hangs holds up neither session nor lists'),
    async () => {
      await using good = await startPlainBackend();
      await using silent = await startLyingBackend({ initialize: lies.neverAnswer });
      await using gateway = await startWireGateway({
        backends: { silent: { type: 'http', url: silent.url }, good: { type: 'http', url: good.url } },
      });
      const started = performance.now();
      const session = await gateway.open();
      expect(performance.now() - started).toBeLessThan(2_000);
      const tools = (await session.list('tools')).message.result.tools;
      expect(performance.now() - started).toBeLessThan(6_000);
      expect(tools.length).toBeGreaterThan(0);
      const ended = performance.now();
      expect(await session.delete()).toBe(204);
      expect(performance.now() - ended).toBeLessThan(2_000);
    },
  );
});

describe('credentials', () => {
  const secretHeader = { type: 'http', secretHeaders: ['X-Api-Key'], headers: { 'X-Plain': 'p' } };
  const reference = { backend: 'one', kind: 'header', name: 'X-Api-Key' } as const;

  test(
    verifies(['B42', 'STA-04'], 'plain and secret headers are on every request, of every kind'),
    async () => {
      await using backend = await startPlainBackend();
      await using gateway = await startWireGateway({
        backends: {
          one: { ...secretHeader, url: backend.url, headers: { 'X-Plain': 'p', Authorization: 'Basic abc' } },
        },
        secrets: [[reference, 'canary-71']],
      });
      const session = await gateway.open();
      await session.list('tools');
      await session.call('one_echo', { message: 'm' });
      await session.request('resources/read', { uri: 'test://one' });
      await backend.log.waitFor('GET');
      await session.delete();
      const kinds = backend.requests.map(({ httpMethod, rpc }) => rpc?.method ?? httpMethod);
      expect(kinds).toEqual(
        expect.arrayContaining(['initialize', 'notifications/initialized', 'tools/call', 'GET', 'DELETE']),
      );
      for (const request of backend.requests) {
        expect(request.header('x-plain')).toBe('p');
        expect(request.header('x-api-key')).toBe('canary-71');
        expect(request.header('authorization')).toBe('Basic abc');
      }
    },
  );

  test(
    verifies(['B43', 'STA-01'], 'a missing secret is told by backend and header; no request leaves'),
    async () => {
      await using backend = await startPlainBackend();
      await using good = await startPlainBackend();
      await using gateway = await startWireGateway({
        backends: { one: { ...secretHeader, url: backend.url }, good: { type: 'http', url: good.url } },
      });
      const session = await gateway.open();
      expect(backendOf(gateway, 'one').session.state()).toMatchObject({
        state: 'off',
        failure: { code: 'secret.missing', message: 'one: the secret header X-Api-Key has no stored value' },
      });
      await session.list('tools');
      expect(textOf(await session.call('good_echo', { message: 'm' }))).toBe('m');
      expect(backend.requests).toEqual([]);
    },
  );

  test(
    verifies(['B49', 'STA-01'], 'when a strategy has nothing to sign in with, the backend is not called'),
    async () => {
      await using backend = await startPlainBackend();
      const strategies = [
        { strategy: 'bearer' },
        { strategy: 'basic', username: 'u' },
        { strategy: 'header', header: 'X-Key' },
      ];
      let tried = 0;
      for (const auth of strategies) {
        await using gateway = await startWireGateway({
          backends: { one: { type: 'http', url: backend.url, auth } },
        });
        if (gateway.patchbay.config().backends.size === 0) continue;
        tried += 1;
        await gateway.open();
        await until(() => backendOf(gateway, 'one').session.state().state === 'off', 'the backend to be off');
        expect(backend.requests).toEqual([]);
      }
      expect(tried).toBeGreaterThan(0);
    },
  );

  test(
    verifies(
      ['B73'],
      'hazard 27: a 401 is a state that waits for a person, not a fault: asked once, others unaffected',
    ),
    async () => {
      await using guarded = await startPlainBackend({
        manners: { intercept: refuseWith(401, { 'www-authenticate': 'Bearer realm="theirs"' }) },
      });
      await using good = await startPlainBackend();
      await using gateway = await startWireGateway({
        backends: {
          guarded: { type: 'http', url: guarded.url, headers: { Authorization: 'Bearer stale' } },
          good: { type: 'http', url: good.url },
        },
      });
      const session = await gateway.open();
      expect(session.opening.status).toBe(200);
      expect(session.opening.headers['www-authenticate']).toBeUndefined();
      expect(backendOf(gateway, 'guarded').session.state()).toMatchObject({
        state: 'off',
        failure: { code: 'backend.needs-sign-in' },
      });
      await session.list('tools');
      expect(textOf(await session.call('good_echo', { message: 'm' }))).toBe('m');
      expect(guarded.log.of('initialize')).toHaveLength(1);
    },
  );
});
