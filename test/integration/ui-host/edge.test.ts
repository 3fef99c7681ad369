import { describe, expect, test } from 'vitest';
import { verifies } from '../../requirements/verifies.ts';
import { exchange, type HeaderLines } from '../../support/http-exchange.ts';
import { startTestUiHost } from '../../support/ui-host.ts';
import { openWire, requestBytes } from '../../support/wire.ts';

const JSON_TYPE: HeaderLines = [['Content-Type', 'application/json']];

describe('the token', () => {
  test('of the address is exchanged for one that travels in a header; both are 256 bits', async () => {
    await using window = await startTestUiHost();
    expect(window.fragment).toMatch(/^[A-Za-z0-9_-]{43}$/);
    const token = await window.signIn();
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(token).not.toBe(window.fragment);
    const answer = await window.call('status.snapshot', token);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ ok: true, value: { host: 'headless' } });
  });

  test('of the address opens no call by itself; another run, a guess and none are refused', async () => {
    await using window = await startTestUiHost();
    await using other = await startTestUiHost();
    for (const token of [undefined, window.fragment, await other.signIn(), 'x'.repeat(43), '']) {
      const answer = await window.call('status.snapshot', token);
      expect(answer.status, String(token)).toBe(401);
      expect(JSON.parse(answer.body.toString())).toMatchObject({ ok: false });
    }
    for (const token of [other.fragment, 'guess', 7, null]) {
      const body = JSON.stringify({ token });
      const answer = await exchange(`${window.origin}/session`, { headers: JSON_TYPE, body });
      expect(answer.status).toBe(401);
    }
    const events = await exchange(`${window.origin}/events`, { method: 'GET' });
    expect(events.status).toBe(401);
  });

  test('holds for any number of windows, and a query never stands for it', async () => {
    await using window = await startTestUiHost();
    const [one, two] = [await window.signIn(), await window.signIn()];
    expect(one).not.toBe(two);
    expect((await window.call('status.snapshot', one)).status).toBe(200);
    expect((await window.call('status.snapshot', two)).status).toBe(200);
    const asked = await exchange(`${window.origin}/control/status.snapshot?token=${one}`, {
      headers: JSON_TYPE,
      body: '{}',
    });
    expect(asked.status).toBe(401);
  });
});

describe('a request', () => {
  test(verifies(['TRN-01'], 'under another Host is refused on every route'), async () => {
    await using window = await startTestUiHost();
    const token = await window.signIn();
    const { port } = new URL(window.origin);
    const hosts = ['evil.example', `evil.example:${port}`, '127.0.0.1', '127.0.0.1:1', `0.0.0.0:${port}`];
    for (const host of hosts) {
      for (const [method, path] of [
        ['GET', '/'],
        ['GET', '/events'],
        ['POST', '/control/status.snapshot'],
        ['POST', '/session'],
      ] as const) {
        const headers: HeaderLines = [['Host', host], ['Authorization', `Bearer ${token}`], ...JSON_TYPE];
        const answer = await exchange(window.origin + path, { method, headers, body: '{}' });
        expect(answer.status, `${host} ${path}`).toBe(403);
      }
    }
    const doubled = requestBytes('GET', '/', [
      ['Host', `127.0.0.1:${port}`],
      ['Host', `127.0.0.1:${port}`],
    ]);
    using wire = await openWire(window.origin);
    await wire.send(doubled);
    expect((await wire.response()).status).toBe(400);
  });

  test(verifies(['TRN-01'], 'of a page of another origin is refused, its own is taken'), async () => {
    await using window = await startTestUiHost();
    const token = await window.signIn();
    const foreign: HeaderLines[] = [
      [['Origin', 'https://evil.example']],
      [['Origin', 'null']],
      [['Origin', 'http://127.0.0.1:1']],
      [['Origin', window.running.gateway.url.replace('/mcp', '')]],
      [['Sec-Fetch-Site', 'cross-site']],
      [['Sec-Fetch-Site', 'same-site']],
      [['Sec-Fetch-Site', 'none']],
    ];
    for (const headers of foreign) {
      expect((await window.call('status.snapshot', token, {}, headers)).status, String(headers)).toBe(403);
    }
    const own: HeaderLines = [
      ['Origin', window.origin],
      ['Sec-Fetch-Site', 'same-origin'],
    ];
    expect((await window.call('status.snapshot', token, {}, own)).status).toBe(200);
    const typed = await exchange(`${window.origin}/`, {
      method: 'GET',
      headers: [['Sec-Fetch-Site', 'none']],
    });
    expect(typed.status).toBe(200);
  });

  test(
    verifies(['UIX-01'], 'for an unknown call, with another method, type or body is refused'),
    async () => {
      await using window = await startTestUiHost();
      const token = await window.signIn();
      for (const name of ['nothing.there', 'status.constructor', 'toString', '__proto__.x', 'status']) {
        const answer = await window.call(name, token);
        expect(answer.status, name).toBe(404);
      }
      const auth: HeaderLines = [['Authorization', `Bearer ${token}`]];
      const url = `${window.origin}/control/status.snapshot`;
      expect((await exchange(url, { method: 'GET', headers: auth })).status).toBe(405);
      expect((await exchange(url, { method: 'OPTIONS', headers: auth })).status).toBe(405);
      const plain: HeaderLines = [['Content-Type', 'text/plain'], ...auth];
      expect((await exchange(url, { headers: plain, body: '{}' })).status).toBe(415);
      expect((await window.call('status.snapshot', token, '{"a":')).status).toBe(400);
      const more = await window.call('status.snapshot', token, { more: 1 });
      expect(JSON.parse(more.body.toString())).toMatchObject({ ok: false, error: { code: 'control.input' } });
      const polluted = await window.call('status.snapshot', token, '{"__proto__":{"a":1}}');
      expect(JSON.parse(polluted.body.toString())).toMatchObject({ ok: false });
    },
  );

  test(verifies(['UIX-01'], 'of 50 MB is refused, by its length and in chunks; the host lives'), async () => {
    await using window = await startTestUiHost();
    const token = await window.signIn();
    const { host } = new URL(window.origin);
    const head: HeaderLines = [['Host', host], ['Authorization', `Bearer ${token}`], ...JSON_TYPE];
    {
      using wire = await openWire(window.origin);
      const declared: HeaderLines = [...head, ['Content-Length', String(50 * 1024 * 1024)]];
      await wire.send(requestBytes('POST', '/control/status.snapshot', declared));
      expect((await wire.response()).status).toBe(413);
      await wire.closed;
    }
    {
      using wire = await openWire(window.origin);
      const chunked: HeaderLines = [...head, ['Transfer-Encoding', 'chunked']];
      await wire.send(requestBytes('POST', '/control/status.snapshot', chunked));
      const answered = wire.response();
      const chunk = Buffer.concat([
        Buffer.from('100000\r\n'),
        Buffer.alloc(0x100000, 0x20),
        Buffer.from('\r\n'),
      ]);
      // The host hangs up in the middle: what is sent after that fails, as it should.
      const sending = (async () => {
        for (let sent = 0; sent < 50; sent++) await wire.send(chunk);
      })().catch(() => undefined);
      expect((await answered).status).toBe(413);
      await wire.closed;
      await sending;
    }
    const large = JSON.stringify({ token: 'x'.repeat(60_000) });
    const exchanged = await exchange(`${window.origin}/session`, { headers: JSON_TYPE, body: large });
    expect(exchanged.status).toBe(413);
    expect((await window.call('status.snapshot', token)).status).toBe(200);
  });
});

describe('a file', () => {
  test('of the window is served with its policy; nothing outside of the list is', async () => {
    await using window = await startTestUiHost();
    const page = await exchange(`${window.origin}/`, { method: 'GET' });
    expect(page.status).toBe(200);
    expect(page.body.toString()).toContain('window');
    const policy = page.headers['content-security-policy'] ?? '';
    for (const part of [
      "default-src 'none'",
      "script-src 'self'",
      "connect-src 'self'",
      "frame-ancestors 'none'",
    ])
      expect(policy).toContain(part);
    expect(page.headers['x-content-type-options']).toBe('nosniff');
    expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
    expect((await exchange(`${window.origin}/assets/main.js`, { method: 'GET' })).status).toBe(200);
    const { host } = new URL(window.origin);
    for (const path of [
      '/../config.json',
      '/%2e%2e/config.json',
      '/assets/../../config.json',
      '/.secret',
      '/x',
    ]) {
      using wire = await openWire(window.origin);
      await wire.send(requestBytes('GET', path, [['Host', host]]));
      expect((await wire.response()).status, path).toBe(404);
    }
  });

  test('no answer carries a CORS header, whatever the preflight asks', async () => {
    await using window = await startTestUiHost();
    const preflight = await exchange(`${window.origin}/control/status.snapshot`, {
      method: 'OPTIONS',
      headers: [
        ['Origin', window.origin],
        ['Access-Control-Request-Method', 'POST'],
        ['Access-Control-Request-Headers', 'authorization'],
      ],
    });
    const page = await exchange(`${window.origin}/`, { method: 'GET' });
    for (const { rawHeaders } of [preflight, page])
      expect(rawHeaders.filter((name) => /^access-control-/i.test(name))).toEqual([]);
    expect(preflight.status).toBe(405);
  });
});
