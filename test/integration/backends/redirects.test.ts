import { describe, expect, test } from 'vitest';
import { redirectChain, redirectTo } from '../../backends/interceptions.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { createTestCertificate } from '../../backends/test-certificate.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startWireGateway, textOf } from '../../support/wire-gateway.ts';
import { backendOf } from './backend-states.ts';

const settings = { passthroughHeaders: ['X-Tenant'] };
const captured = { openingHeaders: [['X-Tenant', 'acme']] as const };
const withHeaders = (url: string) => ({ one: { type: 'http', url, headers: { 'X-Static': 's' } } });

describe('a redirect', () => {
  test.each([301, 302, 307, 308] as const)(
    verifies(['B29'], '%s on the same origin is followed with method, body and all headers'),
    async (status) => {
      await using backend = await startPlainBackend();
      backend.manners.intercept = ({ path }) =>
        path === '/mcp' ? { status, headers: { location: '/moved?x=1' } } : undefined;
      await using gateway = await startWireGateway({ settings, backends: withHeaders(backend.url) });
      const session = await gateway.open(captured);
      await session.list('tools');
      expect(textOf(await session.call('one_echo', { message: 'm' }))).toBe('m');
      const followed = backend.requests.filter(({ path }) => path === '/moved?x=1');
      expect(followed.length).toBeGreaterThan(3);
      for (const request of followed) {
        expect(request.header('x-tenant')).toBe('acme');
        expect(request.header('x-static')).toBe('s');
      }
      expect(followed.filter(({ rpc }) => rpc?.method === 'tools/call')).toHaveLength(1);
    },
  );

  const elsewhere: [string, (url: string, port: number) => string][] = [
    ['another port', (url) => url],
    ['another name of this machine', (_, port) => `http://localhost:${port}/mcp`],
    ['another scheme', (_, port) => `https://127.0.0.1:${port}/mcp`],
    ['an address without a scheme', (url) => url.replace('http:', '')],
    ['an address with user info', (_, port) => `http://127.0.0.1:${port}@localhost/mcp`],
    ['a file', () => 'file:///etc/passwd'],
    ['a private address', () => 'http://10.0.0.1/mcp'],
    ['metadata of a cloud', () => 'http://169.254.169.254/latest/meta-data'],
    ['no address at all', () => 'http://['],
  ];
  test.each(elsewhere)(
    verifies(['HTP-05', 'B29', 'PAS-16'], 'to %s is refused, and the second host sees nothing'),
    async (_, location) => {
      await using other = await startPlainBackend();
      await using backend = await startPlainBackend();
      await using gateway = await startWireGateway({ settings, backends: withHeaders(backend.url) });
      const session = await gateway.open(captured);
      await session.list('tools');
      backend.manners.intercept = redirectTo(location(other.url, backend.port));
      const reply = await session.call('one_echo', { message: 'm' });
      expect(reply.message.error).toMatchObject({
        code: -32603,
        message: expect.stringContaining('redirect that was refused'),
      });
      expect(reply.text).not.toContain('169.254');
      expect(backend.log.of('tools/call')).toHaveLength(1);
      await session.delete();
      expect(other.requests).toEqual([]);
    },
  );

  test(verifies(['HTP-05', 'B29'], 'from https to http is refused at the first request'), async () => {
    await using other = await startPlainBackend();
    await using backend = await startPlainBackend({ tls: createTestCertificate() });
    backend.manners.intercept = redirectTo(other.url);
    const { NODE_TLS_REJECT_UNAUTHORIZED: before } = process.env;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      await using gateway = await startWireGateway({ settings, backends: withHeaders(backend.url) });
      await gateway.open(captured);
      expect(backendOf(gateway, 'one').session.state()).toMatchObject({
        failure: { code: 'backend.redirect-refused' },
      });
      expect(backend.requests.length).toBeGreaterThan(0);
      expect(other.requests).toEqual([]);
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before;
    }
  });

  test(verifies(['HTP-05'], 'that changes the method, or names no address, is refused'), async () => {
    await using backend = await startPlainBackend();
    await using gateway = await startWireGateway({ backends: withHeaders(backend.url) });
    const session = await gateway.open();
    await session.list('tools');
    backend.manners.intercept = redirectTo('/moved', 303);
    expect((await session.call('one_echo')).message.error?.code).toBe(-32603);
    backend.manners.intercept = () => ({ status: 307 });
    expect((await session.call('one_echo')).message.error?.code).toBe(-32603);
    expect(backend.requests.some(({ path }) => path === '/moved')).toBe(false);
  });

  test(verifies(['HTP-05', 'B29'], 'is followed ten times in a row and not eleven'), async () => {
    await using backend = await startPlainBackend();
    await using gateway = await startWireGateway({ backends: withHeaders(backend.url) });
    const session = await gateway.open();
    await session.list('tools');
    backend.manners.intercept = redirectChain(10);
    expect(textOf(await session.call('one_echo', { message: 'ten' }))).toBe('ten');
    backend.manners.intercept = redirectChain(11);
    const reply = await session.call('one_echo', { message: 'eleven' });
    expect(reply.message.error).toMatchObject({ code: -32603, data: { code: 'backend.redirect-refused' } });
    expect(backend.requests.some(({ path }) => path === '/hop/11')).toBe(false);
  });
});
