import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { exportVmcp } from '../../../shared/export/vmcp.ts';
import { printYaml } from '../../../shared/export/yaml-text.ts';
import { verifies } from '../../requirements/verifies.ts';

function exported(raw: Record<string, unknown>) {
  const { config, problems } = parseConfig({ version: 1, ...raw });
  expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
  const result = exportVmcp(config);
  return { ...result, file: parse(result.yaml) as Record<string, unknown> };
}

const FULL = {
  gateway: {
    auth: { mode: 'oidc', issuer: 'https://id.example', audience: 'gate', requiredScopes: ['mcp'] },
  },
  passthroughHeaders: ['X-Tenant', 'X-Mcp-Api-Key'],
  backends: {
    billing: {
      type: 'http',
      url: 'https://billing.example/mcp',
      headers: { 'X-Region': 'eu' },
      secretHeaders: ['X-Api-Key'],
      auth: { strategy: 'bearer' },
      identityHeaders: 'off',
      timeoutSeconds: 90,
      tools: { only: ['pay', 'refund'], rename: { pay: 'pay_now' }, describe: { pay: 'Pays "now"' } },
    },
    old: { type: 'sse', url: 'https://old.example/sse', identityHeaders: 'off' },
    files: { type: 'stdio', command: 'npx', args: ['files'] },
    off: { type: 'http', url: 'https://off.example/mcp', enabled: false },
  },
  tools: { conflicts: 'priority', order: ['old'] },
};

describe('what can be expressed', () => {
  test('the file has the fields of the vMCP configuration and nothing else', () => {
    expect(exported(FULL).file).toEqual({
      name: 'patchbay',
      groupRef: 'patchbay',
      backends: [
        { name: 'billing', url: 'https://billing.example/mcp', transport: 'streamable-http' },
        { name: 'old', url: 'https://old.example/sse', transport: 'sse' },
      ],
      incomingAuth: {
        type: 'oidc',
        oidc: { issuer: 'https://id.example', audience: 'gate', scopes: ['mcp'] },
      },
      outgoingAuth: {
        source: 'inline',
        default: { type: 'unauthenticated' },
        backends: {
          billing: {
            type: 'header_injection',
            headerInjection: { headerName: 'Authorization', headerValueEnv: 'PATCHBAY_BILLING_AUTH' },
          },
        },
      },
      aggregation: {
        conflictResolution: 'priority',
        conflictResolutionConfig: { priorityOrder: ['old', 'billing'] },
        tools: [
          {
            workload: 'billing',
            filter: ['pay', 'refund'],
            overrides: { pay: { name: 'pay_now', description: 'Pays "now"' } },
          },
        ],
      },
      operational: { timeouts: { default: '60s', perWorkload: { billing: '90s' } } },
      passthroughHeaders: ['X-Tenant', 'X-Mcp-Api-Key'],
    });
  });

  test(verifies(['IMP-04'], 'static headers go to variables, secrets by name only'), () => {
    const { environment } = exported(FULL);
    expect(environment).toEqual([
      { name: 'PATCHBAY_BILLING_AUTH', purpose: '"Bearer <token>" for billing' },
      {
        name: 'TOOLHIVE_HEADER_FORWARD_BILLING',
        purpose: 'static headers of billing',
        value:
          '{"addPlaintextHeaders":{"X-Region":"eu"},"addHeadersFromSecret":{"X-Api-Key":"HEADER_FORWARD_X_API_KEY_BILLING"}}',
      },
      {
        name: 'TOOLHIVE_SECRET_HEADER_FORWARD_X_API_KEY_BILLING',
        purpose: 'secret header X-Api-Key of billing',
      },
    ]);
  });

  test('the prefix becomes that of a workload', () => {
    const { file } = exported({ tools: { conflicts: 'prefix', prefixFormat: '{backend}.' } });
    expect(file.aggregation).toEqual({
      conflictResolution: 'prefix',
      conflictResolutionConfig: { prefixFormat: '{workload}.' },
    });
  });

  test.each([
    [{ strategy: 'none' }, undefined],
    [
      { strategy: 'basic', username: 'u' },
      {
        type: 'header_injection',
        headerInjection: { headerName: 'Authorization', headerValueEnv: 'PATCHBAY_A_B_AUTH' },
      },
    ],
    [
      { strategy: 'header', header: 'X-Key' },
      {
        type: 'header_injection',
        headerInjection: { headerName: 'X-Key', headerValueEnv: 'PATCHBAY_A_B_AUTH' },
      },
    ],
    [
      {
        strategy: 'token_exchange',
        tokenUrl: 'https://id.example/token',
        audience: 'api',
        clientId: 'c',
        scopes: ['s'],
      },
      {
        type: 'token_exchange',
        tokenExchange: {
          tokenUrl: 'https://id.example/token',
          clientId: 'c',
          clientSecretEnv: 'PATCHBAY_A_B_CLIENT_SECRET',
          audience: 'api',
          scopes: ['s'],
        },
      },
    ],
  ])('outgoing %j', (auth, expected) => {
    const { file } = exported({ backends: { 'a-b': { type: 'http', url: 'https://a.example/mcp', auth } } });
    const outgoing = file.outgoingAuth as { backends?: Record<string, unknown> };
    expect(outgoing.backends?.['a-b']).toEqual(expected);
  });
});

describe('what cannot be expressed is said', () => {
  const places = (raw: Record<string, unknown>) =>
    exported(raw).problems.map(({ severity, place }) => `${severity} ${place}`);
  const backend = (fields: Record<string, unknown>) => ({
    gateway: { auth: { mode: 'anonymous' } },
    backends: { a: { type: 'http', url: 'https://a.example/mcp', ...fields } },
  });

  test('local processes, backends that are off, and each variable to set', () => {
    expect(places(FULL)).toEqual([
      'warning backends.files',
      'warning backends.off',
      'warning PATCHBAY_BILLING_AUTH',
      'warning TOOLHIVE_SECRET_HEADER_FORWARD_X_API_KEY_BILLING',
    ]);
  });

  test.each([
    ['client tokens', { gateway: { auth: { mode: 'local' } } }],
    ['the embedded authorization server', { gateway: { auth: { mode: 'embedded' } } }],
  ])('%s: an error, since the export would be open', (_, raw) => {
    expect(places(raw)).toEqual(['error gateway.auth']);
    expect(exported(raw).file.incomingAuth).toEqual({ type: 'anonymous' });
  });

  test.each([
    ['passthrough.except', { passthrough: { except: ['X-Tenant'] } }],
    ['identityHeaders', { identityHeaders: 'on' }],
    ['era', { era: 'legacy' }],
    ['tools.hide', { tools: { hide: ['x'] } }],
    ['tools.changed', { tools: { changed: 'hold' } }],
    ['auth', { auth: { strategy: 'oauth' } }],
    [
      'auth',
      { auth: { strategy: 'client_credentials', clientId: 'c', tokenUrl: 'https://id.example/token' } },
    ],
    ['auth', { auth: { strategy: 'upstream' } }],
  ])('%s', (field, fields) => {
    expect(places(backend(fields))).toContain(`warning backends.a.${field}`);
  });

  test('names before questions', () => {
    const gateway = { auth: { mode: 'anonymous' }, sayWhoAsks: true };
    expect(places({ gateway })).toEqual(['warning gateway.sayWhoAsks']);
  });

  test('a merge setting that ToolHive would refuse', () => {
    const anonymous = { gateway: { auth: { mode: 'anonymous' } } };
    expect(places({ ...anonymous, tools: { conflicts: 'manual' } })).toEqual(['warning tools.conflicts']);
    expect(places({ ...anonymous, tools: { prefixFormat: '' } })).toEqual(['warning tools.conflicts']);
  });

  test('two backends whose variables would have one name', () => {
    const raw = {
      gateway: { auth: { mode: 'anonymous' } },
      backends: {
        'a-b': { type: 'http', url: 'https://a.example/' },
        a_b: { type: 'http', url: 'https://b.example/' },
      },
    };
    expect(places(raw)).toEqual(['warning backends.a_b']);
  });
});

describe('the printer', () => {
  test.each([
    [{ a: 'yes', b: 'null', c: '1e3', d: '# no', e: 'a: b', f: '\u0085\u2028"\\' }],
    [{ list: [{ a: [1, 2], b: {} }, ['x', ['y']], []], 'odd key: #': true, '': 'empty' }],
    [[{ deep: { deeper: [{ x: 'y' }] } }]],
  ])('%j reads back as it was', (value) => {
    expect(parse(printYaml(value).trimStart())).toEqual(value);
  });
});
