import { expect, test } from 'vitest';
import { type AddressClass, classifyAddress } from '../../../electron/auth/guarded/address-class.ts';
import { type Reach, reachOf, withinReach } from '../../../electron/auth/guarded/reach.ts';
import { verifies } from '../../requirements/verifies.ts';

const CLASSES: readonly (readonly [AddressClass, readonly string[]])[] = [
  [
    'public',
    ['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '64:ff9b::808:808', '[2606:4700::1]'],
  ],
  [
    'private',
    ['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', 'fd00::1', 'fec0::1', '::ffff:10.0.0.1'],
  ],
  [
    'loopback',
    ['127.0.0.1', '127.9.9.9', '::1', '[::1]', '::ffff:127.0.0.1', '::ffff:7f00:1', '64:ff9b::7f00:1'],
  ],
  [
    'forbidden',
    [
      '169.254.169.254',
      '::ffff:169.254.169.254',
      '64:ff9b::a9fe:a9fe',
      '64:ff9b::',
      '64:ff9b::1',
      '64:ff9b:1::1',
    ],
  ],
  ['forbidden', ['0.0.0.0', '::', 'fe80::1%eth0', '224.0.0.1', '255.255.255.255', 'ff02::1', '::ffff:0:0']],
  // 6to4, Teredo, IPv4-compatible, IPv4-translated, documentation.
  [
    'forbidden',
    ['2002:7f00:1::', '2002:808:808::', '2001:0:1::', '::127.0.0.1', '::ffff:0:127.0.0.1', '2001:db8::1'],
  ],
  ['forbidden', ['', 'localhost', '0177.0.0.1', '127.1', '0x7f.1', '1.2.3.4.5']],
];

test.each(CLASSES.flatMap(([kind, addresses]) => addresses.map((address) => [address, kind] as const)))(
  verifies(['HTP-06', 'OAU-06'], '%s is %s'),
  (address, kind) => {
    expect(classifyAddress(address)).toBe(kind);
  },
);

test.each<[Reach, readonly boolean[]]>([
  ['public', [true, false, false, false]],
  ['private', [true, true, false, false]],
  ['loopback', [true, true, true, false]],
])(verifies(['OAU-06'], 'from a %s start the reach is this far'), (reach, expected) => {
  const kinds: readonly AddressClass[] = ['public', 'private', 'loopback', 'forbidden'];
  expect(kinds.map((kind) => withinReach(kind, reach))).toEqual(expected);
});

test.each<[string, readonly string[], Reach]>([
  ['http://127.0.0.1:1/', [], 'loopback'],
  ['http://[::1]/', [], 'loopback'],
  ['http://10.0.0.1/', [], 'private'],
  ['https://1.1.1.1/', [], 'public'],
  ['http://169.254.169.254/', [], 'public'],
  ['https://intranet.example/', ['10.0.0.1', 'fd00::1'], 'private'],
  ['https://mixed.example/', ['10.0.0.1', '8.8.8.8'], 'public'],
  ['https://mixed.example/', ['127.0.0.1', '10.0.0.1'], 'private'],
  ['https://nowhere.example/', [], 'public'],
])(verifies(['OAU-06'], '%s at %o has the reach %s'), async (url, addresses, reach) => {
  const resolve = async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }) as const);
  expect(await reachOf(new URL(url), resolve)).toBe(reach);
});
