import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { verifies } from '../requirements/verifies.ts';
import { type CliHome, createCliHome, mentions } from '../support/cli.ts';
import { type Keyring, openStore, startKeyring } from '../support/with-keyring.ts';

// Every run is a process of its own, and some tests need ten.
vi.setConfig({ testTimeout: 90_000 });

const CANARY = 'canary-41f0c2-imported';
const WIDE = `a${'x'.repeat(300)}`;

let keyring: Keyring;
let home: CliHome;
let file: string;
let text: string;

beforeAll(async () => {
  keyring = await startKeyring();
  const { DBUS_SESSION_BUS_ADDRESS = '', XDG_RUNTIME_DIR = '' } = keyring.env;
  home = await createCliHome({ DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR });
  file = home.file('servers.json');
  const started = home.file('was-started');
  const servers = {
    github: { command: 'npx', args: ['-y', 'a server', WIDE], env: { GITHUB_TOKEN: CANARY, LEVEL: '1' } },
    wiki: {
      url: 'https://wiki.example/mcp',
      headers: { Authorization: `Bearer ${CANARY}`, 'X-Region': 'eu' },
    },
    later: { url: 'https://later.example/mcp', headers: { 'X-Api-Key': `\${LATER_KEY}` } },
    touch: { command: 'touch', args: [started] },
    files: { command: 'uvx', args: ['files'] },
    us: { url: 'http://127.0.0.1:4780/mcp' },
  };
  text = JSON.stringify({ mcpServers: servers }, null, 2);
  await writeFile(file, text);
});
beforeEach(() =>
  home.writeConfig({ backends: { files: { type: 'stdio', command: 'npx', args: ['files'] } } }),
);
afterAll(async () => {
  await home[Symbol.asyncDispose]();
  await keyring[Symbol.asyncDispose]();
});

async function backends(): Promise<Record<string, Record<string, unknown>>> {
  return JSON.parse(await home.readConfig()).backends;
}

describe('without a choice', () => {
  test(verifies(['IMP-01'], 'whole commands and names of variables; nothing starts or changes'), async () => {
    const config = await home.readConfig();
    const { code, stdout, stderr } = await home.patchbay('import', file);
    expect(code).toBe(0);
    expect(stdout).toContain(`starts npx -y "a server" ${WIDE}`);
    expect(stdout).toContain('variables: LEVEL, GITHUB_TOKEN (secret, to the keychain)');
    expect(stdout).toContain('headers: X-Api-Key (secret, to be entered)');
    expect(stdout).toContain(`\${LATER_KEY}`);
    expect(stdout).toContain('--select github,wiki,later,touch,files');
    expect(mentions(stdout + stderr, CANARY)).toBe(false);
    expect(await home.readConfig()).toBe(config);
    await expect(readFile(home.file('was-started'))).rejects.toThrow('ENOENT');
  });

  test('for programs: the same as JSON, without any secret', async () => {
    const { stdout } = await home.patchbay('import', file, '--json');
    expect(mentions(stdout, CANARY)).toBe(false);
    const { proposals } = JSON.parse(stdout);
    expect(proposals).toHaveLength(6);
    expect(proposals[1]).toMatchObject({
      name: 'wiki',
      secrets: [{ kind: 'header', name: 'Authorization' }],
    });
  });
});

describe('with a choice', () => {
  test(
    verifies(
      ['IMP-04'],
      'secrets go to the keychain, the entry without them to the config; the source stays',
    ),
    async () => {
      const { code, stdout, stderr } = await home.patchbay('import', file, '--select', 'github,wiki,later');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain('to be entered: patchbay secret set later header:X-Api-Key');
      expect(await backends()).toMatchObject({
        github: { args: ['-y', 'a server', WIDE], env: { LEVEL: '1' }, secretEnv: ['GITHUB_TOKEN'] },
        wiki: { headers: { 'X-Region': 'eu' }, secretHeaders: ['Authorization'] },
        later: { secretHeaders: ['X-Api-Key'] },
      });
      expect(Object.keys(await backends())).toEqual(['files', 'github', 'wiki', 'later']);
      const store = openStore(keyring.env, undefined, { service: 'Patchbay' });
      const read = await store.read({ backend: 'wiki', kind: 'header', name: 'Authorization' });
      store[Symbol.dispose]();
      expect(read.state === 'found' && read.secret.reveal()).toBe(`Bearer ${CANARY}`);
      expect(await readFile(file, 'utf8')).toBe(text);
      expect(await home.filesWith(CANARY)).toEqual([file]);
      expect(mentions(stdout, CANARY)).toBe(false);
      expect((await home.patchbay('validate')).code).toBe(0);
    },
  );

  test(
    verifies(['IMP-05'], 'another command under a known name is refused until --replace is said'),
    async () => {
      const refused = await home.patchbay('import', file, '--select', 'files');
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('differs in command');
      expect(await backends()).toMatchObject({ files: { command: 'npx' } });
      const done = await home.patchbay('import', file, '--select', 'files', '--replace');
      expect(done.stdout).toContain('Replaced files');
      expect(await backends()).toMatchObject({ files: { command: 'uvx' } });
    },
  );

  test('what is there already is left as it is', async () => {
    await home.patchbay('import', file, '--select', 'wiki');
    const config = await home.readConfig();
    const again = await home.patchbay('import', file, '--select', 'wiki');
    expect({ code: again.code, note: again.stderr.includes('the same already') }).toEqual({
      code: 0,
      note: true,
    });
    expect(await home.readConfig()).toBe(config);
  });

  test('an entry that leads to Patchbay itself, and a name that is not there: exit code 1', async () => {
    expect((await home.patchbay('import', file, '--select', 'us')).stderr).toContain(
      'call itself in a circle',
    );
    const { code, stderr } = await home.patchbay('import', file, '--select', 'github,nobody');
    expect({ code, told: stderr.includes('(nobody)') }).toEqual({ code: 1, told: true });
    expect(Object.keys(await backends())).toEqual(['files']);
  });

  test(verifies(['SEC-01', 'CRA-03'], 'without a keychain: what has a secret is refused whole'), async () => {
    await using lonely = await createCliHome();
    await lonely.writeConfig({});
    const { code, stdout, stderr } = await lonely.patchbay('import', file, '--select', 'github,touch');
    expect(code).toBe(1);
    expect(stderr).toContain('[secret.absent]');
    expect(stdout).toContain('Added touch');
    expect(Object.keys(JSON.parse(await lonely.readConfig()).backends)).toEqual(['touch']);
    expect(await lonely.filesWith(CANARY)).toEqual([]);
    expect(mentions(stdout + stderr, CANARY)).toBe(false);
  });

  test('a server that the configuration refuses leaves nothing in the keychain', async () => {
    const bad = home.file('bad.json');
    const headers = { Authorization: CANARY, Host: 'x' };
    await writeFile(
      bad,
      JSON.stringify({ mcpServers: { bad: { url: 'https://bad.example/mcp', headers } } }),
    );
    const { code, stderr } = await home.patchbay('import', bad, '--select', 'bad');
    await writeFile(bad, '');
    expect({ code, told: stderr.includes('[header.restricted]') }).toEqual({ code: 1, told: true });
    const listed = await home.patchbay('secret', 'list', '--json');
    expect(JSON.parse(listed.stdout).secrets).not.toContainEqual(expect.objectContaining({ backend: 'bad' }));
  });
});

test("a client's own file, found by its id", async () => {
  await mkdir(home.file('.cursor'), { recursive: true });
  await writeFile(home.file('.cursor', 'mcp.json'), '{ "mcpServers": { "mine": { "command": "mine" } } }');
  const { code, stdout } = await home.patchbay('import', '--client', 'cursor');
  expect({ code, told: stdout.includes('starts mine') }).toEqual({ code: 0, told: true });
  const taken = await home.patchbay('import', '--client', 'cursor', '--select', 'mine');
  expect(taken.stderr).toContain('the client still has these entries');
});

test.each([
  ['nothing to read from', []],
  ['a file and a client', ['x.json', '--client', 'cursor']],
  ['--replace without a choice', ['x.json', '--replace']],
])('%s: exit code 2', async (_, args) => {
  expect((await home.patchbay('import', ...args)).code).toBe(2);
});

test.each([
  ['a file that is not there', 'none.json', undefined, 'no such file'],
  ['a file that does not parse', 'odd.json', '{ "mcpServers": ', 'does not parse (line 1'],
  ['a file without servers', 'empty.json', '{}', 'No MCP server'],
])('%s: exit code 1', async (_, name, content, hint) => {
  if (content !== undefined) await writeFile(home.file(name), content);
  const { code, stderr } = await home.patchbay('import', home.file(name));
  expect({ code, told: stderr.includes(hint) }).toEqual({ code: 1, told: true });
});
