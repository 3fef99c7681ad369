import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1, connectV2 } from '../../support/clients.ts';
import { environmentSecrets, startTestGateway } from '../../support/gateway.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';
import { openSession } from '../../support/session.ts';

const CLIENT_VALUE = 'client-value-4711';
const OWN_VALUE = 'own-value-0815';

test(
  verifies(
    ['B33', 'B34', 'PAS-09', 'CFG-18', 'CFG-19'],
    'initialize fails with every collision in one message: nobody is contacted, no secret is read',
  ),
  async () => {
    await using plain = await startPlainBackend();
    await using secret = await startPlainBackend();
    await using auth = await startPlainBackend();
    await using innocent = await startPlainBackend();
    const secrets = createMemorySecretStore([
      [{ backend: 'secret', kind: 'header', name: 'X-Api-Key' }, OWN_VALUE],
      [{ backend: 'auth', kind: 'auth', name: 'value' }, OWN_VALUE],
    ]);
    await using gateway = await startTestGateway({
      secrets,
      config: {
        passthroughHeaders: ['X-Api-Key', 'X-Tenant'],
        backends: {
          plain: { type: 'http', url: plain.url, headers: { 'x-api-key': OWN_VALUE } },
          secret: { type: 'http', url: secret.url, secretHeaders: ['X-Api-Key'] },
          auth: { type: 'http', url: auth.url, auth: { strategy: 'header', header: 'X-API-KEY' } },
          innocent: { type: 'http', url: innocent.url },
          process: {
            type: 'stdio',
            ...stdioBackend(),
            env: { TENANT: OWN_VALUE },
            envFromHeaders: { TENANT: 'X-Tenant' },
          },
        },
      },
    });
    const { opening, id } = await openSession(gateway.url, {
      openingHeaders: [
        ['x-api-key', CLIENT_VALUE],
        ['X-Tenant', CLIENT_VALUE],
      ],
    });
    expect(opening.status).toBe(400);
    expect(id).toBeUndefined();
    expect(opening.message).toMatchObject({ id: 'init', error: { code: -32600 } });
    const text = opening.message.error?.message ?? '';
    expect(text).toContain('4 collisions');
    for (const place of [
      'backends.plain.headers',
      'backends.secret.secretHeaders',
      'backends.auth.auth',
      'backends.process.env.TENANT',
      'passthroughHeaders[0]',
    ]) {
      expect(text).toContain(place);
    }
    expect(text).not.toContain('innocent');
    for (const value of [CLIENT_VALUE, OWN_VALUE]) {
      expect(opening.text).not.toContain(value);
      expect(gateway.logLines.join('\n')).not.toContain(value);
    }
    for (const backend of [plain, secret, auth, innocent]) expect(backend.requests).toEqual([]);
    expect(secrets.reads).toBe(0);
    expect(gateway.patchbay.gateway.sessions.size()).toBe(0);
  },
);

test(verifies(['B34'], 'the same for a secret out of PATCHBAY_SECRETS, told to real clients'), async () => {
  await using backend = await startPlainBackend();
  await using gateway = await startTestGateway({
    secrets: environmentSecrets({ billing: { headers: { 'X-Api-Key': OWN_VALUE } } }),
    config: {
      passthroughHeaders: ['X-Api-Key'],
      backends: { billing: { type: 'http', url: backend.url, secretHeaders: ['X-Api-Key'] } },
    },
  });
  const headers = { 'X-Api-Key': CLIENT_VALUE };
  for (const connect of [connectV1, connectV2]) {
    const failed = await connect(gateway.url, { headers }).then(
      () => undefined,
      (error: Error) => `${error.message} ${JSON.stringify(error)}`,
    );
    expect(failed).toContain('X-Api-Key');
    expect(failed).toContain('billing');
    expect(failed).not.toContain(OWN_VALUE);
  }
  expect(backend.requests).toEqual([]);
});

test(
  verifies(['B33', 'B18', 'CFG-18'], 'a collision whose header was not sent, or sent empty, fails nobody'),
  async () => {
    await using backend = await startPlainBackend();
    await using gateway = await startTestGateway({
      config: {
        passthroughHeaders: ['X-Api-Key', 'X-Other'],
        backends: { billing: { type: 'http', url: backend.url, headers: { 'X-Api-Key': OWN_VALUE } } },
      },
    });
    const problems = gateway.configFile.current().problems;
    expect(problems.map(({ code, severity }) => [code, severity])).toEqual([['header.collision', 'warning']]);
    const session = await gateway.open({
      openingHeaders: [
        ['X-Other', 'x'],
        ['X-Api-Key', ' '],
      ],
    });
    // What comes later is not captured either, so it can collide with nothing.
    await session.call('billing_echo', { message: 'a' }, { headers: [['X-Api-Key', CLIENT_VALUE]] });
    expect([...new Set(backend.requests.map((request) => request.header('X-Api-Key')))]).toEqual([OWN_VALUE]);
  },
);

test(
  verifies(['B33'], 'an entry that is off, or that excepts the header, collides with nothing'),
  async () => {
    await using one = await startPlainBackend();
    await using off = await startPlainBackend();
    await using gateway = await startTestGateway({
      config: {
        passthroughHeaders: ['X-Api-Key'],
        backends: {
          one: {
            type: 'http',
            url: one.url,
            headers: { 'X-Api-Key': OWN_VALUE },
            passthrough: { except: ['X-Api-Key'] },
          },
          off: { type: 'http', url: off.url, enabled: false, headers: { 'X-Api-Key': OWN_VALUE } },
        },
      },
    });
    await gateway.open({ openingHeaders: [['X-Api-Key', CLIENT_VALUE]] });
    expect((await one.log.waitFor('initialize')).header('X-Api-Key')).toBe(OWN_VALUE);
    expect(off.requests).toEqual([]);
  },
);

test(
  verifies(
    ['B12', 'B46', 'B50', 'B61', 'CFG-01', 'STA-04', 'STA-05'],
    'a hand-edited file: wrong entries are off with a reason, all others in force, the file is not rewritten',
  ),
  async () => {
    await using good = await startPlainBackend();
    await using bad = await startPlainBackend();
    const url = bad.url;
    const config = {
      passthroughHeaders: ['Cookie', 'X-Tenant', 'authorization', 'x_user_sub'],
      backends: {
        good: { type: 'http', url: good.url },
        twice: { type: 'http', url, headers: { 'X-Key': 'a' }, secretHeaders: ['x-key'] },
        cases: { type: 'http', url, headers: { 'X-Key': 'a', 'x-key': 'b' } },
        strategy: { type: 'http', url, headers: { Authorization: 'Bearer a' }, auth: { strategy: 'bearer' } },
        identity: { type: 'http', url, headers: { 'X-User-Email': 'a@b' } },
        host: { type: 'http', url, headers: { Host: 'evil.example' } },
        mcp: { type: 'http', url, secretHeaders: ['Mcp-Session-Id'] },
      },
    };
    await using gateway = await startTestGateway({ config });
    const { config: inForce, disabled } = gateway.configFile.current();
    expect(inForce.passthroughHeaders).toEqual(['X-Tenant']);
    expect(disabled.map(({ backend }) => backend).sort()).toEqual(
      ['cases', 'host', 'identity', 'mcp', 'strategy', 'twice'].sort(),
    );
    for (const { problems } of disabled) expect(problems.every(({ fix }) => fix !== '')).toBe(true);
    const before = await readFile(gateway.configFile.path, 'utf8');
    const session = await gateway.open({
      openingHeaders: [
        ['X-Tenant', 't'],
        ['Cookie', 'c=1'],
        ['Authorization', 'Bearer mine'],
        ['X-User-Sub', 'me'],
      ],
    });
    const { message } = await session.list('tools');
    expect(message.result.tools.map(({ name }: { name: string }) => name)).toContain('good_echo');
    const first = await good.log.waitFor('initialize');
    expect(first.header('X-Tenant')).toBe('t');
    for (const name of ['Cookie', 'Authorization', 'X-User-Sub']) expect(first.header(name)).toBeUndefined();
    expect(bad.requests).toEqual([]);
    expect(await readFile(gateway.configFile.path, 'utf8')).toBe(before);
  },
);

test(
  verifies(['B11', 'CFG-19'], 'a listed name that the strategy manages: named with strategy and header'),
  async () => {
    await using backend = await startPlainBackend();
    await using gateway = await startTestGateway({
      secrets: environmentSecrets({ vendor: { auth: { value: OWN_VALUE } } }),
      config: {
        passthroughHeaders: ['X-Vendor-Key'],
        backends: {
          vendor: { type: 'http', url: backend.url, auth: { strategy: 'header', header: 'x-vendor-key' } },
        },
      },
    });
    const refused = await openSession(gateway.url, { openingHeaders: [['X-Vendor-Key', CLIENT_VALUE]] });
    expect(refused.opening.message.error?.message).toMatch(/X-Vendor-Key.*vendor.*auth strategy/i);
    expect(backend.requests).toEqual([]);
    await gateway.open();
    expect((await backend.log.waitFor('initialize')).header('X-Vendor-Key')).toBe(OWN_VALUE);
  },
);
