import { describe, expect, test } from 'vitest';
import { hugeAnswer, type Lie, lies } from '../backends/lies.ts';
import { startLyingBackend } from '../backends/lying-backend.ts';
import { openSession } from '../support/session.ts';
import { until } from '../support/until.ts';
import { openWire, requestBytes } from '../support/wire.ts';

describe('the lying backend', () => {
  /** What a lie looks like to a reader of the bytes, who stops after 300 KiB. */
  async function told(lie: Lie): Promise<string> {
    await using backend = await startLyingBackend({ 'tools/call': lie });
    using wire = await openWire(backend.url);
    backend.manners.sessions = false;
    const body = '{"jsonrpc":"2.0","id":5,"method":"tools/call","params":{"name":"echo"}}';
    const headers = [
      ['Host', new URL(backend.url).host],
      ['Connection', 'close'],
    ] as const;
    await wire.send(requestBytes('POST', '/mcp', headers, body));
    await backend.log.waitFor('tools/call');
    await Promise.race([wire.closed, until(() => wire.pending().length > 300 * 1024, 'much')]);
    return wire.pending().toString('latin1');
  }

  const EXPECTED: readonly [keyof typeof lies, ...string[]][] = [
    ['wrongId', '"id":"never-asked"'],
    ['idOfOtherType', '"id":"5"'],
    ['nullId', '"id":null'],
    ['resultAndError', '"id":5,"result":{},"error"'],
    ['neitherResultNorError', '"id":5}'],
    ['duplicateKeys', '"id":"x","id":5'],
    ['batch', '[{"jsonrpc"'],
    ['notJson', '<html>'],
    ['cutJson', '"content":['],
    ['emptyBody', '\r\n\r\n0\r\n\r\n'],
    ['twoAnswers', '"first":true', '"second":true'],
    ['strangerFirst', 'never-asked', '"id":5'],
    ['notJsonEvent', 'data: no json\n\ndata: {'],
    ['noAnswer', 'text/event-stream', '\r\n\r\n'],
    ['requestWithSameId', '"id":5,"method":"ping"'],
    ['wrongContentType', 'text/html'],
    ['noContentType', '"id":5'],
    ['accepted', 'HTTP/1.1 202'],
    ['endlessEvent', 'data: ', 'x'.repeat(65_536), 'x'.repeat(65_536)],
    ['endlessJson', '"text":"', 'x'.repeat(65_536), 'x'.repeat(65_536)],
    ['notificationStorm', ...Array.from({ length: 1000 }, () => '"data":"storm"')],
    ['cutInTheMiddle', 'content-length: ', '"id":5'],
    ['halfClosed'],
    ['reset'],
    ['poisonedHeaders', 'set-cookie: a=1\r\nset-cookie: b=2', 'location: ', '"id":5'],
    ['sessionIdWithControls', 'Mcp-Session-Id: a\u0001b\u007f\r\n', '"id":5'],
    ['sessionIdWithBlank', 'Mcp-Session-Id: a b\r\n', '"id":5'],
    ['sessionIdOf10KiB', `Mcp-Session-Id: ${'s'.repeat(10_240)}\r\n`],
    [
      'headerSectionOf40KiB',
      ...Array.from({ length: 40 }, (_, n) => `X-Filler-${n}: ${'f'.repeat(1024)}\r\n`),
    ],
    ['notHttp', 'SSH-2.0'],
    ['earlyHints', 'HTTP/1.1 103', 'HTTP/1.1 200', '"id":5'],
  ];

  test.each(EXPECTED)('tells %s', async (name, ...parts) => {
    const text = await told(lies[name]);
    let at = 0;
    for (const part of parts) {
      const found = text.indexOf(part, at);
      expect(found, `${part.slice(0, 60)} in ${text.slice(0, 400)}`).toBeGreaterThanOrEqual(at);
      at = found + part.length;
    }
    if (parts.length === 0) expect(text).toBe('');
  });

  test.each(['neverAnswer', 'headThenSilence'] as const)('keeps silent: %s', async (name) => {
    await using backend = await startLyingBackend({ ping: lies[name] });
    const session = await openSession(backend.url);
    const abort = new AbortController();
    const ping = session.request('ping', undefined, { signal: abort.signal });
    await backend.log.waitFor('ping');
    abort.abort();
    await expect(ping).rejects.toThrow(/abort/);
  });

  test('is honest elsewhere, and again once it confesses', async () => {
    await using backend = await startLyingBackend({ ping: lies.notJson });
    const session = await openSession(backend.url);
    expect((await session.list('tools')).message.result.tools.length).toBe(7);
    expect((await session.request('ping')).text).toContain('<html>');
    backend.confess();
    expect((await session.request('ping')).message.result).toEqual({});
  });

  test.each(['json', 'sse'] as const)('sends huge answers as %s', async (as) => {
    await using backend = await startLyingBackend({ 'tools/call': hugeAnswer(8 * 1024 * 1024, as) });
    const session = await openSession(backend.url);
    expect((await session.call('echo')).message.result.content[0].text.length).toBe(8 * 1024 * 1024);
  });
});
