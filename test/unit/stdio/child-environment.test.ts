import { expect, test } from 'vitest';
import {
  buildChildEnvironment,
  type EnvironmentParts,
} from '../../../electron/backends/stdio/child-environment.ts';
import { Secret } from '../../../electron/secrets/secret.ts';
import { verifies } from '../../requirements/verifies.ts';

function build(parts: Partial<EnvironmentParts>) {
  return buildChildEnvironment({
    login: {},
    own: {},
    secrets: {},
    fromHeaders: {},
    platform: 'linux',
    ...parts,
  });
}

test(verifies(['STD-09'], 'takes the safe list from the login environment and nothing else'), () => {
  const login = {
    PATH: '/bin',
    HOME: '/home/a',
    LC_ALL: 'C',
    XDG_RUNTIME_DIR: '/run',
    Path: 'another name on this platform',
    PATCHBAY_SECRETS: 'canary',
    AWS_SECRET_ACCESS_KEY: 'canary',
    SSH_AUTH_SOCK: 'canary',
    HTTPS_PROXY: 'http://user:canary@proxy',
    LD_PRELOAD: 'canary',
  };
  expect(build({ login })).toEqual({
    ok: true,
    env: { PATH: '/bin', HOME: '/home/a', LC_ALL: 'C', XDG_RUNTIME_DIR: '/run' },
  });
});

test(
  verifies(['STD-09'], "adds the entry's own values, which replace those of the login environment"),
  () => {
    const result = build({
      login: { PATH: '/bin', LANG: 'C' },
      own: { PATH: '/opt/bin', LOG: 'warn' },
      secrets: { TOKEN: new Secret('s3cret') },
      fromHeaders: { TENANT: 'acme' },
    });
    const env = { PATH: '/opt/bin', LANG: 'C', LOG: 'warn', TOKEN: 's3cret', TENANT: 'acme' };
    expect(result).toEqual({ ok: true, env });
  },
);

test(verifies(['STD-09'], 'refuses a variable with two sources, without its values'), () => {
  const result = build({ own: { TOKEN: 'a-value' }, secrets: { TOKEN: new Secret('b-value') } });
  const reason = 'TOKEN has two sources, env and secretEnv; keep one.';
  expect(result).toEqual({ ok: false, name: 'TOKEN', reason });
});

test.each([
  ['our own names', { own: { PATCHBAY_TOKEN: 'x' } }],
  ['our own names in another case', { own: { Patchbay_Token: 'x' } }],
  ['an empty name', { own: { '': 'x' } }],
  ['a name with an equals sign', { own: { 'A=B': 'x' } }],
  ['a value with a zero byte', { own: { A: 'x\0y' } }],
  ['a header that chooses the program', { fromHeaders: { PATH: '/evil' } }],
  ['a header that preloads code', { fromHeaders: { NODE_OPTIONS: '--import=/evil' } }],
  ['a header that loads a library', { fromHeaders: { ld_preload: '/evil' } }],
])('%s: refused', (_, parts) => {
  expect(build(parts)).toMatchObject({ ok: false });
});

test(verifies(['STD-09'], 'ignores case on Windows'), () => {
  const result = build({
    platform: 'win32',
    login: { Path: 'C:\\bin', SYSTEMROOT: 'C:\\Windows', Secret: 'canary' },
    own: { PATH: 'C:\\own' },
  });
  expect(result).toEqual({ ok: true, env: { PATH: 'C:\\own', SYSTEMROOT: 'C:\\Windows' } });
});
