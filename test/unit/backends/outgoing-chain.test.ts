import { expect, test } from 'vitest';
import {
  buildOutgoing,
  HeaderConflictError,
  headersFailure,
  type Stage,
} from '../../../electron/backends/outgoing/chain.ts';
import { createHeaderBuilder } from '../../../electron/backends/outgoing/request-headers.ts';
import { verifies } from '../../requirements/verifies.ts';

const VALUE = 'value-that-nobody-may-see';

/** A stage that throws when anybody writes to it. */
function frozen(source: Stage['source'], ...headers: [string, string][]): Stage {
  const pairs = headers.map((pair) => Object.freeze(pair));
  return Object.freeze({ source, headers: Object.freeze(pairs) });
}

test(verifies(['B47'], 'a name that is already there is an error in any casing, never overwritten'), () => {
  for (const name of ['X-Api-Key', 'x-api-key', 'X-API-KEY']) {
    const stages = [frozen('static', ['X-Api-Key', VALUE]), frozen('auth', [name, 'other'])];
    expect(() => buildOutgoing(stages)).toThrow(HeaderConflictError);
  }
  const twice = [frozen('passthrough', ['X-A', '1'], ['x-a', '2'])];
  expect(() => buildOutgoing(twice)).toThrow(HeaderConflictError);
});

test(verifies(['B47'], 'the error says which two sources, and no value'), () => {
  try {
    buildOutgoing([frozen('passthrough', ['X-Api-Key', VALUE]), frozen('secret', ['X-Api-Key', VALUE])]);
    expect.unreachable();
  } catch (error) {
    const fault = headersFailure('billing', error);
    expect(fault).toMatchObject({ code: 'header.collision', notProcessed: true });
    expect(fault.message).toMatch(/billing.*X-Api-Key.*passthrough.*secret/);
    expect(fault.message).not.toContain(VALUE);
  }
  expect(headersFailure('billing', new Error(VALUE)).message).not.toContain(VALUE);
});

test(verifies(['B48'], 'no stage is changed: each request has a list of its own'), () => {
  const stages = [
    frozen('protocol', ['Accept', 'text/event-stream'], ['User-Agent', 'Patchbay/1']),
    frozen('passthrough', ['X-Tenant', 'a'], ['User-Agent', 'mine']),
    frozen('static', ['X-Region', 'eu']),
    frozen('identity', ['X-User-Sub', 'u-1']),
  ];
  const first = buildOutgoing(Object.freeze(stages));
  first.flat.push('X-Added', 'later');
  const second = buildOutgoing(stages);
  expect(second.flat).toEqual([
    ...['Accept', 'text/event-stream', 'X-Tenant', 'a', 'User-Agent', 'mine'],
    ...['X-Region', 'eu', 'X-User-Sub', 'u-1'],
  ]);
  expect(second.provenance.map(({ source }) => source)).toEqual([
    ...['protocol', 'passthrough', 'passthrough'],
    ...['static', 'identity'],
  ]);
});

test(
  verifies(['B35'], 'a restricted name that slipped into the captured map is dropped, with its family'),
  () => {
    const slipped = [
      'Authorization',
      'cookie',
      'X_User_Sub',
      'Mcp-Session-Id',
      'X-Forwarded-For',
      'X-Patchbay-Hop',
    ];
    const { flat } = buildOutgoing([
      frozen('passthrough', ...slipped.map((name): [string, string] => [name, VALUE]), ['X-Tenant', 'a']),
    ]);
    expect(flat).toEqual(['X-Tenant', 'a']);
  },
);

test(
  verifies(
    ['B49', 'B48'],
    'where auth has no credential no headers come out; the caller object stays as it was',
  ),
  async () => {
    const caller = Object.freeze({ kind: 'user', issuer: 'https://issuer.example', subject: 'u-1' } as const);
    const session = { captured: [], statics: [], secrets: [], identity: 'auto', osUser: undefined } as const;
    const refused = { ok: false, state: 'needs-sign-in', message: 'sign in first' } as const;
    const waiting = createHeaderBuilder({ ...session, auth: { headers: async () => refused } });
    expect(await waiting([], caller)).toEqual(refused);
    const open = createHeaderBuilder({ ...session, auth: { headers: () => ({ ok: true, headers: [] }) } });
    expect(await open([], caller)).toMatchObject({ ok: true, headers: { flat: ['X-User-Sub', 'u-1'] } });
  },
);
