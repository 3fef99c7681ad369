import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { AuthOutcome } from '../../../electron/auth/incoming/incoming-auth.ts';
import {
  createLocalAuth,
  createLocalToken,
  type LocalToken,
} from '../../../electron/auth/incoming/local-tokens.ts';
import { verifies } from '../../requirements/verifies.ts';

const { token, sha256 } = createLocalToken();
const LIST: readonly LocalToken[] = [
  { client: 'codex', sha256: createLocalToken().sha256 },
  { client: 'cursor', sha256 },
];

function authenticate(authorization: string | undefined, tokens: readonly LocalToken[] = LIST): AuthOutcome {
  return createLocalAuth(() => tokens).authenticate({ authorization }) as AuthOutcome;
}

test(verifies(['AIN-01'], 'a token has 256 random bits and only its SHA-256 is kept'), () => {
  expect(token).toMatch(/^pb_[A-Za-z0-9_-]{43}$/);
  expect(sha256).toBe(createHash('sha256').update(token).digest('hex'));
});

test.each(['Bearer', 'bearer', 'BEARER', 'bEaReR'])(
  verifies(['AIN-01'], 'the scheme %s is accepted'),
  (scheme) => {
    expect(authenticate(`${scheme} ${token}`)).toEqual({
      ok: true,
      principal: { kind: 'local', client: 'cursor', tokenId: sha256.slice(0, 16) },
    });
  },
);

test.each<[string, string | undefined, number]>([
  ['nothing', undefined, 401],
  ['an empty field', '', 401],
  ['an empty token', 'Bearer ', 401],
  ['the scheme alone', 'Bearer', 401],
  ['a wrong token', 'Bearer wrong', 401],
  ['a cut token', `Bearer ${token.slice(0, -1)}`, 401],
  ['an extended token', `Bearer ${token}x`, 401],
  ['a token with padding', `Bearer ${token}=`, 401],
  ['a token in other case', `Bearer ${token.toUpperCase()}`, 401],
  ['Basic', `Basic ${Buffer.from(`u:${token}`).toString('base64')}`, 401],
  ['no scheme', token, 401],
  ['a scheme glued to the token', `Bearer${token}`, 401],
  ['the digest itself', `Bearer ${sha256}`, 401],
  ['two tokens in one field', `Bearer wrong, Bearer ${token}`, 400],
  ['two tokens, the right one first', `Bearer ${token}, Bearer wrong`, 400],
  ['the token and something more', `Bearer ${token} ${token}`, 401],
  ['a tab instead of the blank', `Bearer\t${token}`, 401],
  ['a huge field', `Bearer ${'a'.repeat(20_000)}`, 400],
])(
  verifies(['AIN-01'], '%s is refused with a challenge that echoes nothing'),
  (_name, authorization, status) => {
    const outcome = authenticate(authorization);
    expect(outcome).toMatchObject({ ok: false, status });
    if (outcome.ok) return;
    expect(outcome.challenge).toMatch(/^Bearer realm="patchbay"/);
    expect(`${outcome.challenge}${outcome.reason}`).not.toContain(token);
    // RFC 6750 section 3.1: no error code where no token was presented.
    if (authorization === undefined) expect(outcome.challenge).not.toContain('error');
  },
);

test(verifies(['AIN-07'], 'a token that was taken from the list is refused with the next request'), () => {
  let tokens = LIST;
  const auth = createLocalAuth(() => tokens);
  const ask = () => (auth.authenticate({ authorization: `Bearer ${token}` }) as AuthOutcome).ok;
  expect([ask(), ask()]).toEqual([true, true]);
  tokens = LIST.slice(0, 1);
  expect(ask()).toBe(false);
  tokens = LIST;
  expect(ask()).toBe(true);
});

test('the list is only asked again, not hashed again, for a value seen before', () => {
  const auth = createLocalAuth(() => LIST);
  const first = auth.authenticate({ authorization: `Bearer ${token}` });
  expect(auth.authenticate({ authorization: `Bearer ${token}` })).toBe(first);
});

test.each([
  ['a short digest', { client: 'x', sha256: sha256.slice(1) }],
  ['no digest', { client: 'x', sha256: '' }],
  ['no client', { client: '', sha256 }],
])(verifies(['AIN-01'], 'an entry with %s lets nobody in'), (_name, entry) => {
  expect(authenticate(`Bearer ${token}`, [entry]).ok).toBe(false);
});

test('an upper-case digest is the same digest', () => {
  expect(authenticate(`Bearer ${token}`, [{ client: 'x', sha256: sha256.toUpperCase() }])).toMatchObject({
    principal: { tokenId: sha256.slice(0, 16) },
  });
});
