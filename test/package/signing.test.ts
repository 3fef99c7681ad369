import { expect, test } from 'vitest';
import { signingFor } from '../../build/package/signing.ts';

const MAC = { platform: 'darwin', arch: 'arm64' } as const;
const WINDOWS = { platform: 'win32', arch: 'x64' } as const;
const APPLE = { APPLE_API_KEY: 'key.p8', APPLE_API_KEY_ID: 'id', APPLE_API_ISSUER: 'issuer' };

test('without credentials nothing is signed and it is said', () => {
  expect(signingFor(WINDOWS, {})).toEqual({
    sign: false,
    notarise: false,
    said: ['not signed: no certificate in CSC_LINK'],
  });
  expect(signingFor(MAC, { CSC_LINK: '' })).toMatchObject({ sign: false, notarise: false });
  expect(signingFor(MAC, APPLE).said).toContain('not notarised: only a signed app can be');
});

test('with credentials the app is signed, and on macOS notarised', () => {
  expect(signingFor(WINDOWS, { WIN_CSC_LINK: 'file' })).toMatchObject({ sign: true, notarise: false });
  expect(signingFor(MAC, { CSC_LINK: 'file', ...APPLE })).toMatchObject({ sign: true, notarise: true });
});

test('half of the credentials are an error that names what is missing and no value', () => {
  const half = { CSC_LINK: 'file', APPLE_API_KEY: 'secret-key' };
  expect(() => signingFor(MAC, half)).toThrow('notarising needs APPLE_API_KEY_ID and APPLE_API_ISSUER, too');
});
