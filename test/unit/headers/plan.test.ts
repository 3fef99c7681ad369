import { describe, expect, test } from 'vitest';
import { foldName } from '../../../shared/headers/name.ts';
import { type PlanCell, plan } from '../../../shared/headers/plan.ts';
import type { PlanFacts } from '../../../shared/headers/plan-facts.ts';
import { simulate } from '../../../shared/headers/simulate.ts';
import { verifies } from '../../requirements/verifies.ts';
import { backendName, config, http, stdio } from '../config/build-config.ts';

const whole = config(
  {
    billing: http({
      headers: { 'X-Region': 'eu' },
      secretHeaders: ['X-Key'],
      passthrough: { except: ['X-Tenant'] },
    }),
    search: http({ auth: { strategy: 'bearer' }, identityHeaders: 'on', headers: { 'X-Team': 'core' } }),
    files: stdio({ envFromHeaders: { TENANT: 'X-Tenant' } }),
    off: http({ enabled: false }),
  },
  ['X-Tenant', 'X-Team'],
);

const facts = (part: Partial<PlanFacts> = {}): PlanFacts => ({
  captured: 'unknown',
  principal: 'local',
  secrets: [],
  signedOut: new Set(),
  ...part,
});

function cell(header: string, backend: string, known: PlanFacts): PlanCell | undefined {
  return plan(whole, known)
    .rows.find(({ folded }) => folded === foldName(header))
    ?.cells.get(backendName(backend));
}

describe('the plan', () => {
  test('says where nobody is signed in, in place of a header that would not be sent', () => {
    const signedOut = new Set([backendName('search')]);
    expect(cell('Authorization', 'search', facts({ signedOut }))).toEqual({
      kind: 'not-sent',
      reason: 'signed-out',
    });
    expect(cell('Authorization', 'search', facts())).toMatchObject({ kind: 'sent', source: 'auth' });
  });

  test('has a row for each configured name and a column for each backend', () => {
    const made = plan(whole, facts());
    expect(made.backends).toEqual(['billing', 'search', 'files', 'off']);
    expect(made.rows.map(({ name }) => name)).toEqual([
      'X-Tenant',
      'X-Team',
      'X-Region',
      'X-Key',
      'Authorization',
      'X-User-Sub',
      'X-User-Email',
      'X-User-Name',
    ]);
    for (const { cells } of made.rows) expect([...cells.keys()]).toEqual(made.backends);
  });

  test.each([
    ['X-Tenant', 'billing', { kind: 'not-sent', reason: 'excepted' }],
    [
      'X-Tenant',
      'search',
      { kind: 'sent', source: 'passthrough', place: 'passthroughHeaders[0]', note: 'when-client-sends-it' },
    ],
    [
      'X-Tenant',
      'files',
      {
        kind: 'sent',
        source: 'passthrough',
        place: 'backends.files.envFromHeaders.TENANT',
        note: 'as-variable',
      },
    ],
    ['X-Team', 'files', { kind: 'not-applicable', reason: 'process-takes-no-headers' }],
    ['X-Tenant', 'off', { kind: 'not-sent', reason: 'backend-off' }],
    ['X-Region', 'billing', { kind: 'sent', source: 'static', place: 'backends.billing.headers.X-Region' }],
    ['X-Region', 'search', { kind: 'not-sent', reason: 'not-configured' }],
    ['X-Key', 'billing', { kind: 'sent', source: 'secret', place: 'backends.billing.secretHeaders[0]' }],
    ['Authorization', 'search', { kind: 'sent', source: 'auth', place: 'backends.search.auth' }],
    ['X-User-Sub', 'billing', { kind: 'not-sent', reason: 'identity-local' }],
    [
      'X-User-Sub',
      'search',
      {
        kind: 'sent',
        source: 'identity',
        place: 'backends.search.identityHeaders',
        note: 'when-claim-present',
      },
    ],
    ['X-User-Sub', 'files', { kind: 'not-applicable', reason: 'process-takes-no-headers' }],
  ])(verifies(['B28', 'PAS-15'], 'before a session: %s at %s'), (header, backend, expected) => {
    expect(cell(header, backend, facts())).toEqual(expected);
  });

  test('a collision shows while the client may send the header, and is gone once it is known that it did not', () => {
    expect(cell('X-Team', 'search', facts())).toMatchObject({
      kind: 'collision',
      collision: { sources: ['passthrough', 'static'] },
    });
    expect(cell('X-Team', 'search', facts({ captured: new Set() }))).toMatchObject({
      kind: 'sent',
      source: 'static',
    });
    expect(cell('X-Team', 'search', facts({ captured: new Set([foldName('X-Team')]) }))?.kind).toBe(
      'collision',
    );
  });

  test(verifies(['B53', 'IDN-02'], 'an anonymous caller sends no identity anywhere'), () => {
    const anonymous = facts({ principal: 'anonymous' });
    expect(cell('X-User-Sub', 'search', anonymous)).toEqual({
      kind: 'not-sent',
      reason: 'identity-anonymous',
    });
    expect(cell('X-User-Sub', 'billing', facts({ principal: 'user' }))?.kind).toBe('sent');
  });

  test.each(['missing', 'locked', 'absent'] as const)(
    verifies(['STA-01'], 'a secret that is %s is told'),
    (state) => {
      const secrets = [
        { backend: backendName('billing'), kind: 'header', name: 'x-key', state },
        { backend: backendName('search'), kind: 'auth', name: 'token', state },
      ] as const;
      expect(cell('X-Key', 'billing', facts({ secrets }))).toEqual({
        kind: 'not-sent',
        reason: `secret-${state}`,
      });
      expect(cell('Authorization', 'search', facts({ secrets }))).toEqual({
        kind: 'not-sent',
        reason: `secret-${state}`,
      });
    },
  );
});

describe('the simulator', () => {
  const run = (...sent: [string, string][]) =>
    simulate(whole, sent, { principal: 'local', secrets: [], signedOut: new Set() });

  test(verifies(['B13', 'PAS-02'], 'sorts what a client would send'), () => {
    const result = run(
      ['x-tenant', ' acme '],
      ['X-Other', '1'],
      ['Host', 'h'],
      ['X Bad: s3cret', 'v'],
      ['X-Tenant', '\u{1F600}'],
    );
    expect(result.captured).toEqual([{ name: 'X-Tenant', bytes: 4 }]);
    expect(result.ignored).toEqual(['X-Other']);
    expect(result.refused.map(({ name }) => name)).toEqual(['Host', 'X…', 'X-Tenant']);
    expect(JSON.stringify(result.refused)).not.toContain('s3cret');
    expect(result.collisions).toEqual([]);
  });

  test('fills in values as typed and masks secrets and identity', () => {
    const { cells } = run(['X-Tenant', 'acme']);
    const at = (backend: string, header: string) => cells.get(backendName(backend))?.get(foldName(header));
    expect(at('search', 'X-Tenant')).toMatchObject({ value: 'acme', masked: false });
    expect(at('files', 'X-Tenant')).toMatchObject({ value: 'acme', cell: { note: 'as-variable' } });
    expect(at('billing', 'X-Region')).toMatchObject({ value: 'eu' });
    expect(at('billing', 'X-Key')).toMatchObject({ masked: true });
    expect(at('billing', 'X-Key')).not.toHaveProperty('value');
    expect(at('search', 'Authorization')).toMatchObject({ masked: true });
    expect(at('billing', 'X-Tenant')).toEqual({
      cell: { kind: 'not-sent', reason: 'excepted' },
      masked: false,
    });
  });

  test(verifies(['PAS-09'], 'shows the collisions that would fail the session'), () => {
    expect(run(['X-Team', 'a']).collisions.map(({ backend }) => backend)).toEqual(['search']);
  });

  test(verifies(['PAS-11', 'PAS-13'], 'shows limits and Connection at work'), () => {
    expect(run(['X-Tenant', 'x'.repeat(9000)]).fault).toEqual({ kind: 'value-too-large', name: 'X-Tenant' });
    expect(run(['X-Tenant', 'a'], ['Connection', 'x-tenant'])).toMatchObject({
      captured: [],
      droppedByConnection: ['x-tenant'],
    });
  });
});
