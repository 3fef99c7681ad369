import { describe, expect, test } from 'vitest';
import { configVersionOf } from '../../../shared/config/config-version.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { verifies } from '../../requirements/verifies.ts';
import { backendName, config, http, outcome, parsed, stdio } from './build-config.ts';

describe('backend names', () => {
  test.each([
    '__proto__',
    'constructor',
    'prototype',
    'Constructor',
    '',
    'a b',
    '-a',
    '_a',
    'a.b',
    'ä',
    'x'.repeat(64),
  ])(verifies(['CFG-07'], '%j is refused and pollutes nothing'), (name) => {
    const raw: unknown = JSON.parse(
      `{"version":1,"backends":{${JSON.stringify(name)}:{"type":"stdio","command":"c"},"ok":{"type":"stdio","command":"c"}}}`,
    );
    const result = parseConfig(raw);
    expect(result.problems.map(({ code }) => code)).toEqual(['backend.name']);
    expect([...result.config.backends.keys()]).toEqual(['ok']);
    expect(result.disabled.map(({ backend }) => backend)).toEqual([name]);
    expect(({} as Record<string, unknown>).command).toBeUndefined();
  });

  test(verifies(['CFG-14'], 'two names that differ only in case: the second is refused, naming both'), () => {
    const result = parsed({ backends: { Files: stdio(), files: stdio(), other: stdio() } });
    expect(outcome(result)).toEqual(['backend.name backends.files']);
    expect(result.problems[0]?.message).toMatch(/files.*Files/);
    expect([...result.config.backends.keys()]).toEqual(['Files', 'other']);
    expect(outcome(parsed({ backends: { files: stdio(), FILES: stdio() } }))).toEqual([
      'backend.name backends.FILES',
    ]);
  });
});

describe('backend addresses', () => {
  test.each([
    'https://me:pw@host/mcp',
    'https://me@host/mcp',
    'https://host/mcp#part',
    'https://host/mcp#',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'ws://host/mcp',
    'host/mcp',
    '',
    '/mcp',
  ])(verifies(['CFG-11'], 'refuses %j'), (url) => {
    expect(outcome(parsed({ backends: { a: http({ url }) } }))).toEqual(['backend.url backends.a.url']);
  });

  test.each([
    'http://127.0.0.1:4780/mcp',
    'http://localhost:4780/mcp',
    'http://LOCALHOST.:4780/mcp/',
    'http://[::1]:4780/mcp?x=1',
    'http://[::ffff:127.0.0.1]:4780/mcp',
    'http://0x7f000001:4780/mcp',
    'http://127.1:4780/mcp',
    'http://0.0.0.0:4780/mcp',
    'http://[::]:4780/mcp',
    'http://a.localhost:4780/mcp',
  ])(verifies(['CFG-13'], 'refuses our own endpoint as %s'), (url) => {
    expect(outcome(parsed({ backends: { a: http({ url }) } }))).toEqual(['backend.loop backends.a.url']);
  });

  test('another port, path or the real ports given by the host decide', () => {
    const backends = {
      a: http({ url: 'http://127.0.0.1:9000/mcp' }),
      b: http({ url: 'http://127.0.0.1:4780/other' }),
    };
    expect(parsed({ backends }).problems).toEqual([]);
    expect(outcome(parsed({ backends }, { ownPorts: [9000] }))).toEqual(['backend.loop backends.a.url']);
  });

  test.each([
    [{ secretHeaders: ['X-Key'] }, ['backend.clear-text backends.a.url']],
    [{ auth: { strategy: 'bearer' } }, ['backend.clear-text backends.a.url']],
    [{ headers: { authorization: 'Basic x' } }, ['backend.clear-text backends.a.url']],
    [{ secretHeaders: ['X-Key'], sendInClear: true }, []],
    [{ headers: { 'X-Region': 'eu' } }, []],
  ])(verifies(['CFG-12'], 'http to another machine with %j gives %j'), (fields, expected) => {
    expect(outcome(parsed({ backends: { a: http({ url: 'http://10.0.0.7/mcp', ...fields }) } }))).toEqual(
      expected,
    );
    const local = { a: http({ url: 'http://127.0.0.2/mcp', ...fields }) };
    expect(parsed({ backends: local }).problems).toEqual([]);
  });

  test(verifies(['CFG-12'], 'passthrough over http to another machine is a warning'), () => {
    const result = parsed({
      passthroughHeaders: ['X-A'],
      backends: { a: http({ url: 'http://host.example/mcp' }) },
    });
    expect(outcome(result)).toEqual(['~header.in-clear backends.a.url']);
    expect(result.config.backends.size).toBe(1);
  });
});

describe('backend fields', () => {
  test.each([
    [http({ type: 'ws' }), 'config.field backends.a.type'],
    [http({ headers: { 'X-A': 7 } }), 'config.field backends.a.headers.X-A'],
    [http({ headers: { 'X-A': 'v\r\nX-B: 1' } }), 'header.value-invalid backends.a.headers.X-A'],
    [http({ headers: { 'X A': 'v' } }), 'header.name-invalid backends.a.headers["X…"]'],
    [http({ headers: [] }), 'config.field backends.a.headers'],
    [http({ secretHeaders: ['X-A', 'x-a'] }), 'header.duplicate backends.a.secretHeaders[1]'],
    [
      http({ secretHeaders: Array.from({ length: 33 }, (_, i) => `X-${i}`) }),
      'header.too-many backends.a.secretHeaders',
    ],
    [http({ auth: { strategy: 'header', header: 'Host' } }), 'header.restricted backends.a.auth.header'],
    [
      http({ auth: { strategy: 'header', header: 'X-User-Email' } }),
      'header.restricted backends.a.auth.header',
    ],
    [http({ auth: { strategy: 'basic', username: 'a:b' } }), 'config.field backends.a.auth.username'],
    [
      http({ auth: { strategy: 'client_credentials', clientId: 'c' } }),
      'config.field backends.a.auth.tokenUrl',
    ],
    [http({ auth: { strategy: 'sigv4' } }), 'config.field backends.a.auth.strategy'],
    [http({ timeoutSeconds: 601 }), 'config.field backends.a.timeoutSeconds'],
    [stdio({ command: '' }), 'config.field backends.a.command'],
    [stdio({ args: ['a\0b'] }), 'config.field backends.a.args[0]'],
    [stdio({ env: { 'A=B': 'v' } }), 'config.field backends.a.env["A…"]'],
    [stdio({ envFromHeaders: { T: 'Authorization' } }), 'header.restricted backends.a.envFromHeaders.T'],
    [null, 'config.field backends.a'],
  ])('%j is disabled alone: %s', (entry, problem) => {
    const result = parsed({ backends: { a: entry, b: stdio() } });
    expect(outcome(result)).toEqual([problem]);
    expect([...result.config.backends.keys()]).toEqual(['b']);
  });

  test(verifies(['CFG-07', 'STA-04'], 'a header named __proto__ is stored as data'), () => {
    const raw: unknown = JSON.parse(
      '{"version":1,"backends":{"a":{"type":"http","url":"https://h/","headers":{"__proto__":"v","constructor":"w"}}}}',
    );
    const backend = parseConfig(raw).config.backends.get(backendName('a'));
    expect(backend?.type === 'http' && [...backend.headers]).toEqual([
      ['__proto__', 'v'],
      ['constructor', 'w'],
    ]);
  });

  test('a header mapped to a variable should be in the allowlist', () => {
    const result = parsed({ backends: { a: stdio({ envFromHeaders: { T: 'X-T' } }) } });
    expect(outcome(result)).toEqual(['~header.not-listed backends.a.envFromHeaders.T']);
  });

  test('a strategy that passes on the caller needs callers who sign in', () => {
    const backends = { a: http({ auth: { strategy: 'upstream' } }) };
    expect(outcome(parsed({ backends }))).toEqual(['~auth.no-caller-token backends.a.auth']);
    const upstream = { issuer: 'https://id.example', clientId: 'c' };
    expect(parsed({ backends, gateway: { auth: { mode: 'embedded', upstream } } }).problems).toEqual([]);
  });
});

describe('the version of a backend', () => {
  const versionOf = (fields: Record<string, unknown>) => {
    const backend = config({ a: fields }).backends.get(backendName('a'));
    return backend === undefined ? '' : configVersionOf(backend);
  };

  test('does not hang on the order of fields or headers', () => {
    const one = versionOf({ type: 'http', url: 'https://h/', headers: { 'X-A': '1', 'X-B': '2' } });
    const other = versionOf({ headers: { 'X-B': '2', 'X-A': '1' }, url: 'https://h', type: 'http' });
    expect(other).toBe(one);
  });

  test('differs with every value', () => {
    const versions = [
      {},
      { headers: { 'X-A': '1' } },
      { headers: { 'X-A': '2' } },
      { secretHeaders: ['X-A'] },
      { enabled: false },
    ];
    expect(new Set(versions.map((fields) => versionOf(http(fields)))).size).toBe(versions.length);
  });
});
