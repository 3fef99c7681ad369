import { readFile, stat } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { approvalsPath, openApprovals } from '../../../electron/app/approvals.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { eventOf, refusal, startTestControl, value } from '../../support/control.ts';
import { httpForm, stdioForm } from '../../support/forms.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';

test(
  verifies(
    ['B10'],
    'a static header that the list names is refused at save, with both places, without any session',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using running = await startTestControl({
      config: { passthroughHeaders: ['X-Tenant'], backends: { one: { type: 'http', url: one.url } } },
    });
    const { client } = running;
    const form = httpForm(one.url, { headers: [{ name: 'x-tenant', value: 'plain-text-here' }] });
    const before = await readFile(running.gateway.configFile.path, 'utf8');
    const checked = await value(client.backends.check({ name: 'two', form }));
    expect(checked.problems.map(({ code }) => code)).toContain('header.collision');
    for (const answer of [
      client.backends.add({ revision: running.revision(), name: 'two', form }),
      client.backends.edit({ revision: running.revision(), name: 'one', form }),
    ]) {
      const refused = await refusal(answer);
      expect(refused.code).toBe('header.collision');
      expect(refused.message).toContain('passthroughHeaders[0]');
      expect(refused.message).toContain('headers.x-tenant');
      expect(JSON.stringify(refused)).not.toContain('plain-text-here');
    }
    expect(await readFile(running.gateway.configFile.path, 'utf8')).toBe(before);
    expect(one.requests).toEqual([]);
  },
);

test('a change made on an older state of the file is refused, and the file keeps what stands there', async () => {
  await using one = await startPlainBackend();
  await using running = await startTestControl({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const { client } = running;
  const stale = running.revision();
  const form = httpForm(one.url, { identityHeaders: 'off' });
  await value(client.backends.edit({ revision: stale, name: 'one', form }));
  const secrets = [{ kind: 'header' as const, name: 'X-S', value: 'value-that-stays-out' }];
  const other = httpForm(one.url, { secretHeaders: ['X-S'] });
  for (const answer of [
    client.backends.edit({ revision: stale, name: 'one', form: other, secrets }),
    client.backends.add({ revision: stale, name: 'two', form }),
    client.backends.enable({ revision: stale, name: 'one', enabled: false }),
    client.backends.remove({ revision: stale, name: 'one' }),
    client.headers.set({ revision: stale, names: ['X-A'] }),
    client.settings.set({ revision: stale, change: { maxSessions: 5 } }),
  ]) {
    expect((await refusal(answer)).code).toBe('config.stale');
  }
  const read = await running.gateway.patchbay.secrets.read({ backend: 'one', kind: 'header', name: 'X-S' });
  expect(read.state).toBe('missing');
  expect((await value(client.backends.get({ name: 'one' }))).form.connection).toMatchObject({
    identityHeaders: 'off',
  });
});

test('a backend is added, used by open sessions, edited in place, removed and put back', async () => {
  await using one = await startPlainBackend();
  await using two = await startPlainBackend();
  await using running = await startTestControl({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const { client } = running;
  const session = await running.gateway.open();
  await value(client.backends.add({ revision: running.revision(), name: 'two', form: httpForm(two.url) }));
  await two.log.waitFor('tools/list');
  expect((await session.list('tools')).text).toContain('two_echo');
  const form = {
    ...httpForm(two.url),
    tools: { hide: ['fail'], rename: [], describe: [], changed: 'warn' as const },
  };
  const edited = await value(client.backends.edit({ revision: running.revision(), name: 'two', form }));
  expect(edited.effects).toMatchObject({ sessionsKept: 1, sessionsReconnected: 1 });
  expect((await session.list('tools')).text).not.toContain('two_fail');
  const removed = await value(client.backends.remove({ revision: running.revision(), name: 'two' }));
  expect(removed.undoUntil).toBeGreaterThan(Date.now() + 20_000);
  await eventOf(running, 'backends.changed', ({ removed: gone }: { removed: string[] }) =>
    gone.includes('two'),
  );
  expect((await session.list('tools')).text).not.toContain('two_echo');
  await value(client.backends.restore({ revision: running.revision(), undo: removed.undo }));
  expect((await session.list('tools')).text).toContain('two_echo');
  expect((await session.list('tools')).text).not.toContain('two_fail');
  const again = client.backends.restore({ revision: running.revision(), undo: removed.undo });
  expect((await refusal(again)).code).toBe('control.undo-over');
  expect((await value(client.backends.list({}))).backends.map(({ name }) => name)).toEqual(['one', 'two']);
});

test('a backend that is put back or renamed stands where it stood, since the order decides names', async () => {
  const entry = { type: 'http', url: 'http://127.0.0.1:9/mcp', enabled: false };
  await using running = await startTestControl({
    config: { backends: { one: entry, two: entry, three: entry } },
  });
  const { client } = running;
  const inFile = () => Object.keys(running.gateway.configFile.raw().backends as object);
  for (const name of ['one', 'two', 'three']) {
    const { undo } = await value(client.backends.remove({ revision: running.revision(), name }));
    expect(inFile()).not.toContain(name);
    await value(client.backends.restore({ revision: running.revision(), undo }));
    expect(inFile()).toEqual(['one', 'two', 'three']);
  }
  const form = httpForm(entry.url);
  await value(client.backends.edit({ revision: running.revision(), name: 'two', newName: 'second', form }));
  expect(inFile()).toEqual(['one', 'second', 'three']);
});

test(
  verifies(
    ['UIX-06', 'SEC-05'],
    'a secret goes in with a save and never comes back; a rename takes it along',
  ),
  async () => {
    await using one = await startPlainBackend();
    await using running = await startTestControl({});
    const { client, told } = running;
    const form = httpForm(one.url, { secretHeaders: ['X-Api-Key'] });
    const secrets = [{ kind: 'header' as const, name: 'x-api-key', value: 'canary-secret-value-9' }];
    await value(client.backends.add({ revision: running.revision(), name: 'one', form, secrets }));
    await value(client.backends.test({ name: 'one' }));
    expect(one.requests.every((request) => request.header('X-Api-Key') === 'canary-secret-value-9')).toBe(
      true,
    );
    await value(
      client.backends.edit({ revision: running.revision(), name: 'one', newName: 'billing', form }),
    );
    const shown = await value(client.backends.get({ name: 'billing' }));
    expect(shown.secrets).toEqual([
      expect.objectContaining({
        kind: 'header',
        name: 'X-Api-Key',
        status: 'set',
        fingerprint: expect.any(String),
      }),
    ]);
    const test = await value(client.backends.test({ name: 'billing' }));
    expect(test.sent).toContainEqual({
      name: 'X-Api-Key',
      source: 'secret',
      place: 'backends.billing.secretHeaders[0]',
      fingerprint: shown.secrets[0]?.fingerprint,
    });
    const old = await running.gateway.patchbay.secrets.read({
      backend: 'one',
      kind: 'header',
      name: 'X-Api-Key',
    });
    expect(old.state).toBe('missing');
    await value(client.secrets.status({}));
    await value(client.settings.supportBundle({}));
    await eventOf(running, 'secrets.changed', () => true);
    await value(client.secrets.remove({ backend: 'billing', kind: 'header', name: 'X-Api-Key' }));
    await value(client.backends.test({ name: 'billing' }));
    const { line } = await value(client.backends.get({ name: 'billing' }));
    expect(line.status).toMatchObject({ state: 'secret-missing', kind: 'header', name: 'X-Api-Key' });
    expect(told.join('\n')).not.toContain('canary-secret-value-9');
    const broken = client.secrets.set({
      backend: 'billing',
      kind: 'header',
      name: 'X-Api-Key',
      value: 'a\r\nb: c',
    });
    expect((await refusal(broken)).code).toBe('header.value-invalid');
    const unknown = client.secrets.set({ backend: 'billing', kind: 'env', name: 'HOME', value: 'x' });
    expect((await refusal(unknown)).code).toBe('secret.missing');
  },
);

test('a save whose secret cannot be stored changes nothing', async () => {
  await using one = await startPlainBackend();
  const store = createMemorySecretStore();
  store.setState({ state: 'locked', reason: 'The keychain is locked.' });
  await using running = await startTestControl({ secrets: store });
  const before = running.revision();
  const form = httpForm(one.url, { secretHeaders: ['X-S'] });
  const secrets = [{ kind: 'header' as const, name: 'X-S', value: 'some-value' }];
  const refused = await refusal(
    running.client.backends.add({ revision: before, name: 'one', form, secrets }),
  );
  expect(refused.code).toBe('secret.locked');
  expect(running.revision()).toBe(before);
});

test(
  verifies(
    ['IMP-05'],
    'a command from the window starts once it is approved as shown; any change asks again',
  ),
  async () => {
    await using running = await startTestControl({});
    const { client } = running;
    const { command, args } = stdioBackend();
    const session = await running.gateway.open();
    await value(
      client.backends.add({ revision: running.revision(), name: 'files', form: stdioForm(command, args) }),
    );
    const shown = await value(client.backends.get({ name: 'files' }));
    expect(shown.line.status.state).toBe('needs-approval');
    expect(shown.command).toMatchObject({ argv: [command, ...args], approved: false, resolved: command });
    expect((await session.list('tools')).message.result.tools).toEqual([]);
    const approval = shown.command?.approval ?? '';
    const failed = await value(client.backends.test({ name: 'files' }));
    expect(failed.steps.find(({ outcome }) => outcome === 'failed')?.step).toBe('connect');
    expect((await refusal(client.backends.approve({ name: 'files', approval: 'f'.repeat(40) }))).code).toBe(
      'control.approval-changed',
    );
    await value(client.backends.approve({ name: 'files', approval }));
    const tested = await value(client.backends.test({ name: 'files' }));
    expect(tested.outcome).toBe('ok');
    const renamed = { ...stdioForm(command, args), title: 'Files' };
    await value(client.backends.edit({ revision: running.revision(), name: 'files', form: renamed }));
    expect((await value(client.backends.get({ name: 'files' }))).command?.approved).toBe(true);
    const other = stdioForm(command, [...args, '--more']);
    await value(client.backends.edit({ revision: running.revision(), name: 'files', form: other }));
    const changed = await value(client.backends.get({ name: 'files' }));
    expect(changed.line.status.state).toBe('needs-approval');
    expect((await refusal(client.backends.approve({ name: 'files', approval }))).code).toBe(
      'control.approval-changed',
    );
  },
);

test('approvals outlive a restart, at mode 0600; a damaged file approves nothing', async () => {
  await using running = await startTestControl({});
  const path = approvalsPath(running.gateway.configFile.path);
  const { command, args } = stdioBackend();
  await value(
    running.client.backends.add({
      revision: running.revision(),
      name: 'files',
      form: stdioForm(command, args),
    }),
  );
  const config = [...running.gateway.patchbay.config().backends.values()][0];
  if (config === undefined) throw new Error('no backend');
  const first = await openApprovals({ trustFile: true, path });
  expect(first.mayStart('files', config)).toBe(true);
  await first.hold('files', config);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await openApprovals({ trustFile: true, path })).mayStart('files', config)).toBe(false);
  expect((await openApprovals({ trustFile: false })).mayStart('files', config)).toBe(false);
  const { writeFile } = await import('node:fs/promises');
  await writeFile(path, '{"approved":');
  expect((await openApprovals({ trustFile: true, path })).mayStart('files', config)).toBe(false);
});

test(
  verifies(
    ['B32', 'B73'],
    'a 401 is "needs a header of the caller" without own credentials, "sign in" with them',
  ),
  async () => {
    await using open = await startPlainBackend();
    open.manners.intercept = (request) =>
      request.header('X-Key') === undefined ? { status: 401, headers: {}, body: 'no' } : undefined;
    await using closed = await startPlainBackend();
    closed.manners.intercept = () => ({ status: 401, headers: {}, body: 'no' });
    await using running = await startTestControl({
      config: {
        passthroughHeaders: ['X-Key'],
        backends: {
          open: { type: 'http', url: open.url },
          closed: { type: 'http', url: closed.url, auth: { strategy: 'bearer' } },
        },
      },
      secrets: createMemorySecretStore([
        [{ backend: 'closed', kind: 'auth', name: 'token' }, 'bearer-token-x'],
      ]),
    });
    const { client } = running;
    expect((await value(client.backends.test({ name: 'open' }))).outcome).toBe('failed');
    await value(client.backends.test({ name: 'closed' }));
    const states = async () =>
      Object.fromEntries(
        (await value(client.backends.list({}))).backends.map(({ name, status }) => [name, status]),
      );
    expect((await states()).open).toMatchObject({ state: 'needs-caller-header', headers: ['X-Key'] });
    expect((await states()).closed).toMatchObject({ state: 'needs-sign-in' });
    const session = await running.gateway.open({ headers: [['X-Key', 'brings-it']] });
    expect((await session.list('tools')).text).toContain('open_echo');
    expect((await states()).open).toMatchObject({ state: 'ready' });
  },
);

test('a pasted address, command line, claude line and JSON become drafts; nothing starts and no secret is told', async () => {
  await using running = await startTestControl({});
  const { client, told } = running;
  const drafts = async (text: string) => (await value(client.backends.parsePaste({ text }))).drafts;
  const [address] = await drafts('https://billing.example/mcp');
  expect(address).toMatchObject({
    suggestedName: 'billing',
    form: { connection: { type: 'http', url: 'https://billing.example/mcp' } },
  });
  const [line] = await drafts('LOG=warn npx -y "@modelcontextprotocol/server-filesystem" "/my files"');
  expect(line?.form.connection).toMatchObject({
    type: 'stdio',
    command: 'npx',
    args: ['-y', '@modelcontextprotocol/server-filesystem', '/my files'],
    env: [{ name: 'LOG', value: 'warn' }],
  });
  const [claude] = await drafts(
    'claude mcp add --transport http --header "Authorization: Bearer canary-token-in-paste" hub https://hub.example/mcp',
  );
  expect(claude).toMatchObject({
    suggestedName: 'hub',
    secrets: [{ kind: 'header', name: 'Authorization' }],
  });
  const [process] = await drafts('claude mcp add files -e ROOT=/srv -- npx -y server-files /srv');
  expect(process?.form.connection).toMatchObject({ command: 'npx', args: ['-y', 'server-files', '/srv'] });
  const json = '{"mcpServers":{"a":{"url":"https://a.example/mcp"},"b":{"command":"uvx","args":["b"]}}}';
  expect((await drafts(json)).map(({ suggestedName }) => suggestedName)).toEqual(['a', 'b']);
  expect((await value(client.backends.parsePaste({ text: 'npx "open' }))).problems).toHaveLength(1);
  expect(told.join('\n')).not.toContain('canary-token-in-paste');
  await using one = await startPlainBackend();
  const [kept] = await drafts(
    JSON.stringify({
      mcpServers: { k: { url: one.url, headers: { 'X-Api-Key': 'canary-token-in-paste' } } },
    }),
  );
  if (kept === undefined) throw new Error('no draft');
  const { form, draft } = kept;
  await value(client.backends.add({ revision: running.revision(), name: 'k', form, draft }));
  await value(client.backends.test({ name: 'k' }));
  expect(one.requests[0]?.header('X-Api-Key')).toBe('canary-token-in-paste');
  expect(told.join('\n')).not.toContain('canary-token-in-paste');
});
