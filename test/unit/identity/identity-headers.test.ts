import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { claimsToPrincipal } from '../../../shared/identity/claims.ts';
import { identityHeaders } from '../../../shared/identity/identity-headers.ts';
import type { Principal, UserPrincipal } from '../../../shared/identity/principal.ts';
import { verifies } from '../../requirements/verifies.ts';

const user: UserPrincipal = {
  kind: 'user',
  issuer: 'https://id.example',
  subject: 'u1',
  email: 'a@b.c',
  name: 'Ada L.',
};
const local: Principal = { kind: 'local', client: 'cursor', tokenId: 't' };
const anonymous: Principal = { kind: 'anonymous' };
const osUser = { sub: 'ada', name: 'Ada' };

/** Decodes what RFC 2047 section 4.2 describes; blanks between encoded words go away. */
function decode(text: string): string {
  return text.replace(/\?= =\?utf-8\?q\?/g, '').replace(/^=\?utf-8\?q\?(.*)\?=$/, (_, words: string) => {
    const bytes = words
      .replaceAll('_', ' ')
      .replace(/=([0-9A-F]{2})/g, (_match, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
    return Buffer.from(bytes, 'latin1').toString('utf8');
  });
}

describe('identity headers', () => {
  test(verifies(['B51'], 'a signed-in caller sends three'), () => {
    const expected = [
      ['X-User-Sub', 'u1'],
      ['X-User-Email', 'a@b.c'],
      ['X-User-Name', 'Ada L.'],
    ];
    expect(identityHeaders('auto', user)).toEqual({ headers: expected, warnings: [] });
    expect(identityHeaders('on', user, osUser).headers).toEqual(expected);
  });

  test(verifies(['B53', 'IDN-02'], 'an anonymous caller sends none, whatever the setting'), () => {
    for (const setting of ['auto', 'on', 'off'] as const)
      expect(identityHeaders(setting, anonymous, osUser).headers).toEqual([]);
  });

  test(verifies(['B54', 'IDN-02'], 'a local token sends the OS user only when on'), () => {
    expect(identityHeaders('auto', local, osUser).headers).toEqual([]);
    expect(identityHeaders('on', local, osUser).headers).toEqual([
      ['X-User-Sub', 'ada'],
      ['X-User-Name', 'Ada'],
    ]);
    expect(identityHeaders('on', local).headers).toEqual([]);
    expect(identityHeaders('off', user, osUser).headers).toEqual([]);
  });

  test(verifies(['B52', 'IDN-03'], 'a missing or empty claim is an absent header'), () => {
    const names = (part: Partial<UserPrincipal>) =>
      identityHeaders('auto', { kind: 'user', issuer: 'i', subject: 's', ...part }).headers.map(
        ([name]) => name,
      );
    expect(names({})).toEqual(['X-User-Sub']);
    expect(names({ email: '', name: '  ' })).toEqual(['X-User-Sub']);
  });

  test(verifies(['B57'], 'non-ASCII is encoded'), () => {
    const { headers } = identityHeaders('auto', { ...user, name: 'Zoë Ñ' });
    expect(headers[2]).toEqual(['X-User-Name', '=?utf-8?q?Zo=C3=AB_=C3=91?=']);
  });

  test.each(['a\r\nX-Evil: 1', 'a\n', 'a\rb', 'a\0', 'x'.repeat(1025), 'é'.repeat(513), 'half \ud800'])(
    verifies(['B57'], 'a claim that cannot be sent is left out with a warning: %j'),
    (name) => {
      const { headers, warnings } = identityHeaders('auto', { ...user, name });
      expect(headers.map(([header]) => header)).toEqual(['X-User-Sub', 'X-User-Email']);
      expect(warnings).toHaveLength(1);
      expect(warnings[0]).toContain('X-User-Name');
      expect(warnings[0]).not.toContain(name.slice(0, 10));
    },
  );

  test('every claim that is sent is one clean ASCII line and decodes to the claim', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: 'grapheme', maxLength: 200 }),
          fc.constantFrom('=?utf-8?q?admin?=', ' a', 'a_b=c'),
        ),
        (name) => {
          const sent = identityHeaders('auto', { ...user, name }).headers[2]?.[1];
          if (sent === undefined) return;
          expect(sent).toMatch(/^[\x20-\x7e]+$/);
          expect(sent.trim()).toBe(sent);
          for (const word of sent.startsWith('=?') ? sent.split(' ') : [])
            expect(word.length).toBeLessThanOrEqual(75);
          expect(decode(sent)).toBe(name);
        },
      ),
      { numRuns: 500 },
    );
  });

  test(verifies(['B55', 'IDN-09'], 'nothing that is handed in is changed'), () => {
    expect(identityHeaders('auto', Object.freeze({ ...user })).headers).toHaveLength(3);
  });
});

describe('claims', () => {
  test(verifies(['B51', 'B62'], 'strings become the principal, anything else counts as absent'), () => {
    expect(claimsToPrincipal('https://id', { sub: 's', email: 7, name: ['n'], role: 'x' })).toEqual({
      ok: true,
      principal: { kind: 'user', issuer: 'https://id', subject: 's' },
    });
    expect(claimsToPrincipal('https://id', { sub: 's', email: 'e', name: 'n' })).toMatchObject({
      principal: { email: 'e', name: 'n' },
    });
  });

  test.each([
    [{}],
    [{ sub: 7 }],
    [{ sub: '' }],
    [{ sub: ' ' }],
    [{ sub: null }],
    [{ sub: 'a\0b' }],
    [null],
    ['sub'],
    [Object.create({ sub: 's' })],
  ])(verifies(['B62', 'B65'], 'without a usable sub the caller is refused: %j'), (claims) => {
    expect(claimsToPrincipal('https://id', claims).ok).toBe(false);
  });

  test(verifies(['B65'], 'without an issuer too'), () => {
    expect(claimsToPrincipal('', { sub: 's' }).ok).toBe(false);
  });
});
