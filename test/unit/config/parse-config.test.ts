import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEFAULT_CONFIG } from '../../../shared/config/config.ts';
import { isRefused, parseConfig } from '../../../shared/config/parse-config.ts';
import { verifies } from '../../requirements/verifies.ts';
import { backendName, http, outcome, parsed, stdio } from './build-config.ts';

const EXAMPLE = {
  version: 1,
  gateway: {
    port: 4780,
    auth: { mode: 'local', tokens: [{ client: 'cursor', sha256: 'AB'.repeat(32) }] },
  },
  passthroughHeaders: ['X-Mcp-Api-Key', 'X-Tenant'],
  backends: {
    billing: {
      type: 'http',
      url: 'https://billing.example/mcp',
      headers: { 'X-Region': 'eu' },
      secretHeaders: ['X-Api-Key'],
      auth: { strategy: 'oauth' },
      identityHeaders: 'auto',
      passthrough: { except: ['X-Tenant'] },
    },
    files: {
      type: 'stdio',
      command: 'npx',
      args: ['-y', '@modelcontextprotocol/server-filesystem', '/srv'],
      env: { LOG: 'warn' },
      secretEnv: ['FS_TOKEN'],
      envFromHeaders: { TENANT: 'X-Tenant' },
    },
    old: { type: 'sse', url: 'http://127.0.0.1:9000/sse' },
  },
  tools: { conflicts: 'prefix', prefixFormat: '{backend}_' },
};

describe('the configuration', () => {
  test('the documented example is in force as a whole', () => {
    const { config, problems, disabled, readOnly } = parseConfig(EXAMPLE);
    expect({ problems, disabled, readOnly }).toEqual({ problems: [], disabled: [], readOnly: false });
    expect([...config.backends.keys()]).toEqual(['billing', 'files', 'old']);
    expect(config.gateway.auth).toEqual({
      mode: 'local',
      tokens: [{ client: 'cursor', sha256: 'ab'.repeat(32) }],
    });
    expect(config.backends.get(backendName('billing'))).toMatchObject({
      headers: new Map([['X-Region', 'eu']]),
      timeoutSeconds: 60,
      enabled: true,
      era: 'auto',
      sendInClear: false,
    });
  });

  test('an empty object is the default, with nobody let in', () => {
    expect(parseConfig({ version: 1 })).toEqual({
      config: DEFAULT_CONFIG,
      problems: [],
      disabled: [],
      readOnly: false,
    });
    expect(DEFAULT_CONFIG.gateway.auth).toEqual({ mode: 'local', tokens: [] });
  });

  test(
    verifies(['B12', 'CFG-01'], 'a bad entry disables itself; the rest is in force and the input untouched'),
    () => {
      const raw = { ...EXAMPLE, passthroughHeaders: ['X-Mcp-Api-Key', 'Host', 'X-Tenant'] };
      const before = structuredClone(raw);
      const broken = { ...raw, backends: { ...raw.backends, bad: { type: 'http', url: 'nowhere' } } };
      const result = parseConfig(broken);
      expect(outcome(result)).toEqual([
        'header.restricted passthroughHeaders[1]',
        'backend.url backends.bad.url',
      ]);
      expect(result.config.passthroughHeaders).toEqual(['X-Mcp-Api-Key', 'X-Tenant']);
      expect([...result.config.backends.keys()]).toEqual(['billing', 'files', 'old']);
      expect(result.disabled.map(({ backend }) => backend)).toEqual(['bad']);
      expect(raw).toEqual(before);
    },
  );

  test.each([
    [{ port: 70000 }, 'config.field gateway.port'],
    [{ port: '4780' }, 'config.field gateway.port'],
    [{ host: '0.0.0.0' }, 'config.host gateway.host'],
    [{ host: '::' }, 'config.host gateway.host'],
    [{ host: '192.168.1.4' }, 'config.host gateway.host'],
    [{ host: 'localhost' }, 'config.host gateway.host'],
    [{ auth: { mode: 'oidc', issuer: 'https://id.example' } }, 'config.field gateway.auth.audience'],
    [
      { auth: { mode: 'oidc', issuer: 'http://id.example', audience: 'a' } },
      'config.field gateway.auth.issuer',
    ],
    [{ auth: { mode: 'anonymus' } }, 'config.field gateway.auth.mode'],
    [{ sessionIdleHours: 0 }, 'config.field gateway.sessionIdleHours'],
    [{ maxSessions: -1 }, 'config.field gateway.maxSessions'],
    [{ sayWhoAsks: 'yes' }, 'config.field gateway.sayWhoAsks'],
    [[], 'config.field gateway'],
  ])(
    verifies(['CFG-20', 'B12'], 'a wrong gateway setting falls back to its default: %j'),
    (gateway, problem) => {
      const result = parsed({ gateway });
      expect(outcome(result)).toEqual([problem]);
      expect(result.config.gateway).toEqual(DEFAULT_CONFIG.gateway);
    },
  );

  test('a bad token or origin does not lock out the others', () => {
    const tokens = [
      { client: 'a', sha256: 'short' },
      { client: 'b', sha256: '0'.repeat(64) },
    ];
    const allowedOrigins = [
      '*',
      'null',
      'https://ok.example',
      'https://ok.example/path',
      'vscode-webview://x',
    ];
    const result = parsed({ gateway: { auth: { mode: 'local', tokens }, allowedOrigins } });
    expect(result.config.gateway.auth).toMatchObject({ tokens: [{ client: 'b' }] });
    expect(result.config.gateway.allowedOrigins).toEqual(['https://ok.example', 'vscode-webview://x']);
    expect(outcome(result)).toEqual([
      'config.field gateway.auth.tokens[0].sha256',
      'config.field gateway.allowedOrigins[0]',
      'config.field gateway.allowedOrigins[1]',
      'config.field gateway.allowedOrigins[3]',
    ]);
  });

  test(verifies(['CFG-10'], 'unknown fields are warnings at every depth and disable nothing'), () => {
    const result = parsed({
      $schema: 'x',
      extra: 1,
      gateway: {
        colour: 1,
        auth: { mode: 'local', tokens: [{ client: 'a', sha256: '0'.repeat(64), more: 1 }] },
      },
      backends: { a: http({ note: 1, auth: { strategy: 'none', why: 1 }, tools: { hide: [], deep: 1 } }) },
    });
    expect(outcome(result)).toEqual([
      '~config.unknown-field extra',
      '~config.unknown-field gateway.colour',
      '~config.unknown-field gateway.auth.tokens[0].more',
      '~config.unknown-field backends.a.tools.deep',
      '~config.unknown-field backends.a.auth.why',
      '~config.unknown-field backends.a.note',
    ]);
    expect(result.config.backends.size).toBe(1);
  });

  test.each([
    [2, true, ['config.version version']],
    ['1', true, ['config.version version']],
    [undefined, false, ['~config.version version']],
  ])(verifies(['CFG-10'], 'version %j: read-only is %j'), (version, readOnly, problems) => {
    const result = parseConfig({ version, backends: { a: http() } });
    expect(result.readOnly).toBe(readOnly);
    expect(outcome(result)).toEqual(problems);
    expect(result.config.backends.size).toBe(1);
    expect(isRefused(result)).toBe(readOnly);
  });

  test.each([[null], [[]], ['text'], [7], [undefined]])(
    '%j is no configuration and is never overwritten',
    (raw) => {
      expect(parseConfig(raw)).toMatchObject({ config: DEFAULT_CONFIG, readOnly: true });
    },
  );

  test('names in tools.order that no backend bears are left out with a warning', () => {
    const result = parsed({
      backends: { a: http() },
      tools: { conflicts: 'priority', order: ['a', 'ghost'] },
    });
    expect(result.config.tools.order).toEqual(['a']);
    expect(outcome(result)).toEqual(['~backend.unknown tools.order[1]']);
  });

  test('a problem never repeats a value', () => {
    const canary = 'c4nary-s3cret';
    const result = parsed({
      backends: {
        a: http({ headers: { [`X-Key: ${canary}`]: `${canary}\u00e9`, 'X-B': `${canary}\n`, Host: canary } }),
        b: http({ url: `https://me:${canary}@host/` }),
        c: stdio({ env: { [`A=${canary}`]: `${canary}\0` } }),
      },
    });
    expect(result.problems.length).toBeGreaterThan(5);
    expect(JSON.stringify(result.problems)).not.toContain(canary);
  });

  test('no JSON makes it throw, and every disabled backend says why', () => {
    const named = fc.dictionary(
      fc.constantFrom(
        'type',
        'url',
        'headers',
        'secretHeaders',
        'auth',
        'command',
        'tools',
        'passthrough',
        'envFromHeaders',
        '__proto__',
      ),
      fc.jsonValue(),
    );
    const typed = fc
      .tuple(fc.constantFrom('http', 'sse', 'stdio'), named)
      .map(([type, rest]) => ({ url: 'http://localhost/x', command: 'c', ...rest, type }));
    const raw = fc.record(
      {
        version: fc.constantFrom<unknown>(1, 2, 'x'),
        gateway: fc.oneof(fc.jsonValue(), fc.record({ auth: fc.jsonValue(), port: fc.jsonValue() })),
        passthroughHeaders: fc.oneof(fc.jsonValue(), fc.array(fc.string())),
        backends: fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), named, typed)),
        tools: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), raw), (value) => {
        const result = parseConfig(JSON.parse(JSON.stringify(value)));
        for (const { problems } of result.disabled) {
          expect(problems.some(({ severity }) => severity === 'error')).toBe(true);
        }
        const again = parseConfig(JSON.parse(JSON.stringify(value)));
        expect(again).toEqual(result);
      }),
      { numRuns: 400 },
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
