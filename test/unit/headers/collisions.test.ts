import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Collision,
  collisionMessage,
  configCollisions,
  sessionCollisions,
} from '../../../shared/headers/collisions.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { headerOwners } from '../../../shared/headers/owners.ts';
import { verifies } from '../../requirements/verifies.ts';
import { backendName, config, http, outcome, parsed, stdio } from '../config/build-config.ts';

const short = ({ backend, header, sources, places, when }: Collision) => [
  backend,
  header,
  ...sources,
  ...places,
  when,
];
const captured = (...names: string[]) => names.map(foldName);

describe('collisions of one backend', () => {
  test.each([
    [{ headers: { 'X-A': '1', 'x-a': '2' } }, 'header.duplicate backends.a.headers.x-a'],
    [{ headers: { 'X-A': '1' }, secretHeaders: ['x-A'] }, 'header.collision backends.a.secretHeaders[0]'],
    [{ headers: { authorization: 'x' }, auth: { strategy: 'oauth' } }, 'header.collision backends.a.auth'],
    [{ secretHeaders: ['Authorization'], auth: { strategy: 'bearer' } }, 'header.collision backends.a.auth'],
    [
      { headers: { 'x-key': 'x' }, auth: { strategy: 'header', header: 'X-Key' } },
      'header.collision backends.a.auth',
    ],
  ])(verifies(['B46', 'B50', 'STA-04'], '%j disables the backend: %s'), (fields, problem) => {
    const result = parsed({ backends: { a: http(fields), b: http() } });
    expect(outcome(result)).toEqual([problem]);
    expect([...result.config.backends.keys()]).toEqual(['b']);
    expect(result.disabled[0]?.config).toBeDefined();
  });

  test(verifies(['B46'], 'env and secretEnv of one name disable the backend'), () => {
    const result = parsed({ backends: { a: stdio({ env: { T: '1' }, secretEnv: ['T'] }) } });
    expect(outcome(result)).toEqual(['header.collision backends.a.secretEnv[0]']);
  });
});

describe('collisions with the allowlist', () => {
  const backends = {
    plain: http({ headers: { 'X-API-KEY': 's3cret' } }),
    secret: http({ secretHeaders: ['x-api-key'] }),
    own: http({ auth: { strategy: 'header', header: 'X-Api-key' } }),
    spared: http({ headers: { 'X-Api-Key': 's' }, passthrough: { except: ['x-API-key'] } }),
    free: http({ auth: { strategy: 'none' } }),
    mapped: stdio({ env: { KEY: '1' }, envFromHeaders: { KEY: 'x-api-key' } }),
    off: http({ headers: { 'X-Api-Key': 's' }, enabled: false }),
  };
  const whole = config(backends, ['X-Api-Key', 'X-Tenant']);

  test(
    verifies(
      ['B10', 'B11', 'CFG-18', 'CFG-19'],
      'are flagged at load and refused at save, naming both places',
    ),
    () => {
      const places = [
        'backends.plain.headers.X-API-KEY',
        'backends.secret.secretHeaders[0]',
        'backends.own.auth',
        'backends.mapped.envFromHeaders.KEY',
        'backends.off.headers.X-Api-Key',
      ];
      const raw = { backends, passthroughHeaders: ['X-Api-Key', 'X-Tenant'] };
      expect(outcome(parsed(raw))).toEqual(places.map((place) => `~header.collision ${place}`));
      expect(parsed(raw).disabled).toEqual([]);
      const saved = parsed(raw, { purpose: 'save' });
      expect(outcome(saved)).toEqual(places.map((place) => `header.collision ${place}`));
      expect(saved.problems[0]?.message).toContain('passthroughHeaders[0]');
    },
  );

  test(
    verifies(
      ['B33', 'B34', 'PAS-09'],
      'a session that sends the header has all of them at once, without a value',
    ),
    () => {
      const found = sessionCollisions(whole, captured('X-Api-Key'));
      expect(found.map(short)).toEqual([
        [
          'plain',
          'X-Api-Key',
          'passthrough',
          'static',
          'passthroughHeaders[0]',
          'backends.plain.headers.X-API-KEY',
          'when-sent',
        ],
        [
          'secret',
          'X-Api-Key',
          'passthrough',
          'secret',
          'passthroughHeaders[0]',
          'backends.secret.secretHeaders[0]',
          'when-sent',
        ],
        [
          'own',
          'X-Api-Key',
          'passthrough',
          'auth',
          'passthroughHeaders[0]',
          'backends.own.auth',
          'when-sent',
        ],
        [
          'mapped',
          'x-api-key',
          'env',
          'header-env',
          'backends.mapped.env.KEY',
          'backends.mapped.envFromHeaders.KEY',
          'when-sent',
        ],
      ]);
      const message = collisionMessage(found);
      for (const name of ['plain', 'secret', 'own', 'mapped']) expect(message).toContain(`backend ${name}`);
      expect(message).not.toContain('s3cret');
    },
  );

  test('a session that does not send the header has none', () => {
    expect(sessionCollisions(whole, captured('X-Tenant'))).toEqual([]);
    expect(sessionCollisions(whole, [])).toEqual([]);
  });

  test('both ways out are data', () => {
    const [first] = sessionCollisions(whole, captured('X-Api-Key'));
    expect(first?.waysOut.map(({ action, place }) => [action, place])).toEqual([
      ['except-for-backend', 'backends.plain.passthrough.except'],
      ['remove-from-allowlist', 'passthroughHeaders[0]'],
      ['remove-from-backend', 'backends.plain.headers.X-API-KEY'],
    ]);
  });

  test('owners say what is required and where it stands', () => {
    const owners = headerOwners(whole, backendName('plain')).filter(({ folded }) => folded === 'x-api-key');
    expect(owners.map(({ source, required }) => [source, required])).toEqual([
      ['passthrough', false],
      ['static', true],
    ]);
    expect(headerOwners(whole, backendName('mapped'))).toEqual([]);
    expect(headerOwners(whole, backendName('ghost'))).toEqual([]);
  });

  test('User-Agent is ours until somebody sets it', () => {
    const source = (fields: Record<string, unknown>, list: string[] = []) =>
      headerOwners(config({ a: http(fields) }, list), backendName('a'))
        .filter(({ folded }) => folded === 'user-agent')
        .map((owner) => owner.source);
    expect(source({})).toEqual(['protocol']);
    expect(source({ headers: { 'user-agent': 'x' } })).toEqual(['static']);
    expect(source({}, ['User-Agent'])).toEqual(['passthrough']);
  });
});

describe('any configuration', () => {
  const name = fc.constantFrom('X-A', 'x-a', 'X-B', 'X-b', 'X-C', 'Authorization');
  const names = fc.uniqueArray(name, { selector: (text) => text.toLowerCase(), maxLength: 4 });
  const listed = names.map((all) => all.filter((text) => text !== 'Authorization'));

  test('two kinds of source collide exactly when they share a folded name, in every spelling', () => {
    fc.assert(
      fc.property(listed, names, listed, (allowlist, statics, except) => {
        const headers = Object.fromEntries(statics.map((header) => [header, 'v']));
        const fields = (part: Record<string, unknown>) =>
          config({ a: http({ ...part, passthrough: { except } }) }, allowlist);
        const folds = (all: readonly string[]) => new Set(all.map((text) => text.toLowerCase()));
        const expected = [...folds(allowlist)]
          .filter((text) => folds(statics).has(text) && !folds(except).has(text))
          .sort();
        const plain = configCollisions(fields({ headers })).map(({ folded }) => folded);
        const secret = configCollisions(fields({ secretHeaders: statics })).map(({ folded }) => folded);
        expect([...plain].sort()).toEqual(expected);
        expect([...secret].sort()).toEqual(expected);
      }),
    );
  });

  test('a session never has a collision that the configuration does not show', () => {
    fc.assert(
      fc.property(listed, names, fc.subarray(['x-a', 'x-b', 'x-c']), (allowlist, secretHeaders, sent) => {
        const made = config({ a: http({ secretHeaders }), b: http() }, allowlist);
        const shown = configCollisions(made);
        for (const collision of sessionCollisions(made, captured(...sent))) {
          expect(shown).toContainEqual(collision);
          expect(sent).toContain(collision.folded);
        }
      }),
    );
  });
});
