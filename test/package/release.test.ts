import { expect, test } from 'vitest';
import { releaseFor } from '../../build/package/release.ts';

const MAC = { platform: 'darwin', arch: 'arm64' } as const;

test('without a repository a package claims no origin and has no feed, and it is said', () => {
  expect(releaseFor(MAC, {})).toEqual({
    overrides: { publish: null },
    said: 'no feed for updates: PATCHBAY_REPOSITORY is not set',
  });
});

test('with one, each target has a feed file of its own there', () => {
  const { overrides } = releaseFor(MAC, { PATCHBAY_REPOSITORY: 'https://code.example/ann/patchbay' });
  expect(overrides).toEqual({
    publish: {
      provider: 'generic',
      url: 'https://code.example/ann/patchbay/releases/latest/download',
      channel: 'latest-mac-arm64',
    },
    extraMetadata: { homepage: 'https://code.example/ann/patchbay' },
  });
});

test.each(['http://code.example/ann', 'ann/patchbay', 'file:///srv'])(
  'an address like %s is refused',
  (address) => {
    expect(() => releaseFor(MAC, { PATCHBAY_REPOSITORY: address })).toThrow('https');
  },
);
