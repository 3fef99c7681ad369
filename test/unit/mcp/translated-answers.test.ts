import { describe, expect, test } from 'vitest';
import { withEnvelope } from '../../../electron/backends/modern/envelope.ts';
import { toModernAnswer } from '../../../electron/gateway/modern/modern-result.ts';

const modern = (result: string, method = 'tools/call'): string =>
  toModernAnswer(Buffer.from(`{"jsonrpc":"2.0","id":1,"result":${result}}`), method, '"mine"').toString();

describe('an answer of the sessions era for a client without', () => {
  const head = '{"jsonrpc":"2.0","id":"mine","result":';

  test('says that it is complete, and leaves every other byte as it is', () => {
    expect(modern('{}')).toBe(`${head}{"resultType":"complete"}}`);
    expect(modern('{ "n": 1.0 }')).toBe(`${head}{"resultType":"complete", "n": 1.0 }}`);
    expect(modern('{"a":1}', 'resources/read')).toBe(
      `${head}{"resultType":"complete","ttlMs":0,"cacheScope":"private","a":1}}`,
    );
  });

  test('says it once, whatever a server of that era means by these members', () => {
    expect(modern('{"resultType":"page","a":1.0}')).toBe(`${head}{"resultType":"complete","a":1.0}}`);
    expect(modern('{"ttlMs":5,"a":1,"cacheScope":"public"}', 'resources/read')).toBe(
      `${head}{"resultType":"complete","ttlMs":0,"cacheScope":"private","a":1}}`,
    );
    expect(modern('{"ttlMs":5}')).toBe(`${head}{"resultType":"complete","ttlMs":5}}`);
  });
});

describe('a request of the sessions era for a server without', () => {
  const enveloped = (params: string): unknown =>
    JSON.parse(withEnvelope(Buffer.from(`{"id":1,"method":"x"${params}}`), '"e":{"v":1}').toString());

  test('gets the envelope beside what its `_meta` holds, and in its place where it holds nothing', () => {
    const meta = { e: { v: 1 } };
    expect(enveloped('')).toMatchObject({ params: { _meta: meta } });
    expect(enveloped(',"params":{}')).toMatchObject({ params: { _meta: meta } });
    expect(enveloped(',"params":{"_meta":{}}')).toMatchObject({ params: { _meta: meta } });
    expect(enveloped(',"params":{"_meta":{"k":1},"a":2}')).toMatchObject({
      params: { _meta: { ...meta, k: 1 }, a: 2 },
    });
    expect(enveloped(',"params":{"_meta":null,"a":2}')).toMatchObject({ params: { _meta: meta, a: 2 } });
  });
});
