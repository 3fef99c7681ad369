import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refuseWith } from '../../backends/interceptions.ts';
import { type LegacySseBackend, startLegacySseBackend } from '../../backends/legacy-sse-backend.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { until } from '../../support/until.ts';
import { startWireGateway, textOf, type WireGateway } from '../../support/wire-gateway.ts';
import { backendOf } from './backend-states.ts';

let backend: LegacySseBackend;
let gateway: WireGateway;

beforeAll(async () => {
  backend = await startLegacySseBackend();
  gateway = await startWireGateway({
    settings: { passthroughHeaders: ['X-Tenant'] },
    backends: { old: { type: 'sse', url: backend.url, headers: { 'X-Static': 's' } } },
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend.close();
});

describe('an HTTP+SSE backend', () => {
  test(
    verifies(['B24', 'B42', 'HTP-04'], 'is listed, called and left, every request with its headers'),
    async () => {
      const session = await gateway.open({ openingHeaders: [['X-Tenant', 'acme']] });
      const tools = (await session.list('tools')).message.result.tools;
      expect(tools.map(({ name }: { name: string }) => name)).toContain('old_echo');
      const ids = Array.from({ length: 40 }, (_, index) => index);
      const answers = await Promise.all(ids.map((id) => session.call('old_echo', { message: `m${id}` })));
      expect(answers.map(textOf)).toEqual(ids.map((id) => `m${id}`));
      const progressed = await session.request('tools/call', {
        name: 'old_progress',
        arguments: {},
        _meta: { progressToken: 'p' },
      });
      expect(progressed.messages.map(({ params }) => params?.progress)).toEqual([1, 2, 3, undefined]);
      expect(backend.openStreams()).toBe(1);
      expect(await session.delete()).toBe(204);
      await until(() => backend.openStreams() === 0, 'the end of the stream');
      for (const request of backend.requests) {
        expect(request.header('x-tenant')).toBe('acme');
        expect(request.header('x-static')).toBe('s');
      }
    },
  );

  test.each(['absolute', 'relative', 'relative-to-directory'] as const)(
    verifies(['HTP-05'], 'may name its address for messages in the form %s'),
    async (form) => {
      backend.endpoint = form;
      const session = await gateway.open();
      await session.list('tools');
      expect(textOf(await session.call('old_echo', { message: form }))).toBe(form);
      await session.delete();
      backend.endpoint = 'relative';
    },
  );

  test(
    verifies(['HTP-05', 'PAS-16'], 'that names another origin is refused; nothing is sent there'),
    async () => {
      await using other = await startPlainBackend();
      for (const endpoint of [
        other.url,
        `http://localhost:${backend.port}/mcp/messages`,
      ] as `http${string}`[]) {
        await using wrong = await startLegacySseBackend({ endpoint });
        await using own = await startWireGateway({ backends: { wrong: { type: 'sse', url: wrong.url } } });
        await own.open();
        expect(backendOf(own, 'wrong').session.state()).toMatchObject({
          failure: { code: 'backend.faulty-answer', rpcCode: -32603 },
        });
        await until(() => wrong.openStreams() === 0, 'the end of the stream');
        expect(wrong.requests.map(({ httpMethod }) => httpMethod)).toEqual(['GET']);
      }
      expect(other.requests).toEqual([]);
    },
  );

  test(
    verifies(['SES-08'], 'that never names one is left with the session; no stream stays open'),
    async () => {
      await using silent = await startLegacySseBackend({ endpoint: 'none' });
      await using own = await startWireGateway({ backends: { silent: { type: 'sse', url: silent.url } } });
      const session = await own.open();
      expect(silent.openStreams()).toBe(1);
      expect(await session.delete()).toBe(204);
      await until(() => silent.openStreams() === 0, 'the end of the stream');
    },
  );

  test(
    verifies(
      ['HTP-01'],
      'hazard 25: that loses its stream fails what was under way at once, and is used again',
    ),
    async () => {
      const session = await gateway.open();
      await session.list('tools');
      const held = backend.hold('tools/call');
      const calls = [1, 2, 3].map((index) => session.call('old_echo', { message: `${index}` }));
      await held.reached;
      const started = performance.now();
      backend.dropStreams();
      for (const reply of await Promise.all(calls)) {
        expect(reply.message.error).toMatchObject({ code: -32000, message: expect.stringContaining('old') });
      }
      expect(performance.now() - started).toBeLessThan(1_000);
      held.release();
      expect(textOf(await session.call('old_echo', { message: 'back' }))).toBe('back');
      expect(performance.now() - started).toBeLessThan(3_000);
      await session.delete();
    },
  );

  test(verifies(['HTP-01'], 'that is none is told so: a Streamable HTTP address, 404, 401'), async () => {
    await using streamable = await startPlainBackend();
    await using refusing = await startPlainBackend({ manners: { intercept: refuseWith(401) } });
    await using own = await startWireGateway({
      backends: {
        wrong: { type: 'sse', url: streamable.url },
        refusing: { type: 'sse', url: refusing.url },
      },
    });
    await own.open();
    expect(backendOf(own, 'wrong').session.state()).toMatchObject({
      failure: { code: 'backend.faulty-answer', message: 'wrong answered with HTTP 400' },
    });
    expect(backendOf(own, 'refusing').session.state()).toMatchObject({
      state: 'off',
      failure: { code: 'backend.needs-sign-in' },
    });
  });
});
