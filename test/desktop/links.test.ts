import { describe, expect, test } from 'vitest';
import { confirmPath, linkIn, readDeepLink } from '../../electron/desktop/deep-link.ts';
import { openExternal, openSignIn, safeAddress } from '../../electron/desktop/open-external.ts';
import { parseRoute } from '../../renderer/app/router.ts';
import { verifies } from '../requirements/verifies.ts';

const ENTRY = '{"mcpServers":{"files":{"command":"npx","args":["-y","files/server"]}}}';
const link = (config: string): string => `patchbay://add?config=${encodeURIComponent(config)}`;

describe('a link', () => {
  const long = JSON.stringify({ command: 'sh', args: ['-c', 'x'.repeat(5_000)] });
  const hidden = '{"command":"sh","args":["\u202E\u200Bgnihton\u{E0061}"]}';
  test.each([
    ['plain', link(ENTRY), ENTRY],
    ['in base64url', `patchbay://add?config=${Buffer.from(ENTRY).toString('base64url')}`, ENTRY],
    [
      'in base64',
      `patchbay://add?config=${encodeURIComponent(Buffer.from(ENTRY).toString('base64'))}`,
      ENTRY,
    ],
    ['with 5,000 characters of arguments', link(long), long],
    ['with hidden characters', link(hidden), hidden],
    ['with a slash behind the host', `patchbay://add/?config=${encodeURIComponent(ENTRY)}`, ENTRY],
  ])(
    verifies(['IMP-02'], 'is read %s, and its whole text goes to the confirm screen'),
    (_name, given, text) => {
      expect(readDeepLink(given)).toEqual({ kind: 'propose-backend', text });
      expect(parseRoute(`#${confirmPath(given)}`)).toEqual(['backends', '+', text]);
    },
  );

  test.each([
    'patchbay://settings?port=1',
    'patchbay://set?config={}',
    'patchbay://add/settings?config={}',
    'patchbay://add@settings?config={}',
    'patchbay://token?create=x',
    'patchbay://headers?allow=Authorization',
    'patchbay://add',
    'patchbay://add?config=',
    'patchbay:add?config={}',
    'https://add?config={}',
    'file:///etc/passwd',
    'patchbay-app://window/#/settings',
    `${link(ENTRY)}&allow=Authorization`,
    `${link(ENTRY)}&config=${encodeURIComponent(ENTRY)}`,
    `${link(ENTRY)}&__proto__=1`,
    link('npx -y server'),
    link('https://evil.example/mcp'),
    'patchbay://add?config=%F0%28%8C%28',
    `patchbay://add?config=${Buffer.from([0x7b, 0xff, 0xfe]).toString('base64url')}`,
    link(`{${'x'.repeat(17_000)}`),
    'patchbay://add?config=%zz',
    '',
    'patchbay://',
  ])(verifies(['IMP-06'], 'that asks for anything but a proposal is ignored: %s'), (given) => {
    expect(readDeepLink(given)).toBeUndefined();
    expect(confirmPath(given)).toBeUndefined();
  });

  test(verifies(['IMP-06'], 'is the only argument of a second instance that is looked at'), () => {
    expect(linkIn(['/opt/patchbay', '--flag', link(ENTRY), 'patchbay://other'])).toBe(link(ENTRY));
    expect(linkIn(['/opt/patchbay', '--config=patchbay://add', 'file:///x'])).toBeUndefined();
  });
});

describe('an address for the browser', () => {
  const UNSAFE = [
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
    '-arg',
    '--version',
    'http://far.example/authorize',
    'http://127.0.0.1.evil.example/',
    'http://127.0.0.1@evil.example/',
    'https://user:pass@id.example/',
    'https://id.example/`id`',
    'https://id.example/$(id)',
    'https://id.example/a|b',
    'https://id.example/a"b',
    'https://id.example/a b',
    'https://id.example/a\nb',
    'https:\\\\id.example\\a',
    'ms-msdt:/id x',
    'smb://host/share',
    'vscode://x',
    'ftp://id.example/',
    '//id.example/',
    'id.example',
    '',
  ];
  test.each(UNSAFE)(verifies(['OAU-01', 'UIX-05'], 'is not opened: %s'), async (address) => {
    const opened: string[] = [];
    const shell = { openExternal: async (url: string) => void opened.push(url) };
    expect(await openExternal(shell, address)).toBe(false);
    await expect(openSignIn(shell, address)).rejects.toThrow('unsafe authorization address');
    expect(opened).toEqual([]);
  });

  test(verifies(['OAU-01', 'UIX-05'], 'is opened over https, and over http on this machine'), async () => {
    const opened: string[] = [];
    const shell = { openExternal: async (url: string) => void opened.push(url) };
    const safe = [
      'https://id.example/authorize?client_id=a&scope=b%20c&state=d_-',
      'http://127.0.0.1:8080/authorize',
      'http://localhost:1/',
      'http://[::1]:2/',
    ];
    for (const address of safe) await openSignIn(shell, address);
    expect(opened).toEqual(safe);
    expect(safeAddress('HTTPS://ID.example/a')?.href).toBe('https://id.example/a');
  });

  test(verifies(['UIX-05'], 'that the system cannot open is an error, not a silence'), async () => {
    const shell = { openExternal: () => Promise.reject(new Error('no browser')) };
    await expect(openExternal(shell, 'https://id.example/')).rejects.toThrow('no browser');
  });
});
