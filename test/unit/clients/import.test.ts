import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type ImportOptions,
  type ImportProposal,
  importFromClient,
  readImport,
  readImportFile,
} from '../../../electron/clients/import/read-import.ts';
import { verifies } from '../../requirements/verifies.ts';
import { FILES, makeHome, URL_OF_OURS } from './client-home.ts';

function proposals(value: unknown, options: ImportOptions = {}): readonly ImportProposal[] {
  const result = readImport(typeof value === 'string' ? value : JSON.stringify(value), options);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}

function only(value: unknown, options: ImportOptions = {}): ImportProposal {
  const [first] = proposals(value, options);
  if (first === undefined) throw new Error('no proposal');
  return first;
}

const reasons = (proposal: ImportProposal): readonly string[] =>
  proposal.problems.map((problem) => problem.reason);

describe('what a file describes', () => {
  test(
    verifies(['IMP-01'], 'a stdio entry is shown with its full command, arguments and variable names'),
    () => {
      const args = ['-y', 'server', 'x'.repeat(5000), '; rm -rf /', '$(id)'];
      const entry = { command: 'npx', args, env: { LOG: 'warn', FS_TOKEN: 'abc' }, cwd: '/srv' };
      const { draft, state, selectable } = only({ mcpServers: { files: entry } });
      expect(draft).toEqual({
        type: 'stdio',
        command: 'npx',
        args,
        env: { LOG: 'warn' },
        secretEnv: ['FS_TOKEN'],
        cwd: '/srv',
      });
      expect({ state, selectable }).toEqual({ state: 'new', selectable: true });
    },
  );

  test.each([
    ['VS Code', { servers: { a: { type: 'http', url: 'https://a.example/mcp' } } }],
    ['Zed', { context_servers: { a: { url: 'https://a.example/mcp' } } }],
    ['Windsurf', { mcpServers: { a: { serverUrl: 'https://a.example/mcp' } } }],
    ['Gemini', { mcpServers: { a: { httpUrl: 'https://a.example/mcp' } } }],
    ['opencode 1', { mcp: { a: { type: 'remote', url: 'https://a.example/mcp' } } }],
    ['opencode 2', { mcp: { servers: { a: { type: 'remote', url: 'https://a.example/mcp' } } } }],
    ['Amp', { 'amp.mcpServers': { a: { url: 'https://a.example/mcp' } } }],
    ['VS Code settings', { 'mcp.servers': { a: { url: 'https://a.example/mcp' } } }],
    [
      'Claude Code, one project',
      { projects: { '/work': { mcpServers: { a: { url: 'https://a.example/mcp' } } } } },
    ],
    ['a bare map', { a: { url: 'https://a.example/mcp' } }],
    ['a bare server', { name: 'a', url: 'https://a.example/mcp' }],
    ['Codex', '[mcp_servers.a]\nurl = "https://a.example/mcp"\n'],
    ['Goose', 'extensions:\n  a:\n    type: streamable_http\n    uri: https://a.example/mcp\n'],
    ['Continue', 'mcpServers:\n  - name: a\n    url: https://a.example/mcp\n'],
  ])('%s is understood', (_, value) => {
    const draft = { type: 'http', url: 'https://a.example/mcp', headers: {}, secretHeaders: [] };
    expect(proposals(value)).toMatchObject([{ name: 'a', draft, selectable: true }]);
  });

  test.each([
    [
      'opencode joins them',
      { mcp: { a: { type: 'local', command: ['npx', '-y', 'a'], environment: { L: '1' } } } },
    ],
    [
      'old Zed nests them',
      { context_servers: { a: { command: { path: 'npx', args: ['-y', 'a'], env: { L: '1' } } } } },
    ],
    ['Goose abbreviates them', 'extensions:\n  a: {type: stdio, cmd: npx, args: [-y, a], envs: {L: "1"}}\n'],
  ])('command and arguments: %s', (_, value) => {
    const draft = { type: 'stdio', command: 'npx', args: ['-y', 'a'], env: { L: '1' } };
    expect(proposals(value)).toMatchObject([{ draft }]);
  });

  test('server-sent events are recognised by type, by path and by the meaning of url at Gemini', () => {
    const type = (entry: object, options: ImportOptions = {}) =>
      only({ mcpServers: { a: entry } }, options).draft.type;
    expect(type({ type: 'sse', url: 'https://a.example/x' })).toBe('sse');
    expect(type({ url: 'https://a.example/sse' })).toBe('sse');
    expect(type({ url: 'https://a.example/mcp' }, { clientId: 'gemini-cli' })).toBe('sse');
    expect(type({ httpUrl: 'https://a.example/mcp' }, { clientId: 'gemini-cli' })).toBe('http');
  });

  test('a switched-off entry stays off, and settings without a counterpart are named', () => {
    const proposal = only({
      mcpServers: { a: { command: 'a', disabled: true, autoApprove: ['x'], timeout: 5 } },
    });
    expect(proposal.draft.enabled).toBe(false);
    expect(proposal.problems.map((problem) => problem.message)).toEqual([
      'Not taken over, as backends have no such setting: autoApprove, timeout.',
    ]);
  });

  test.each([
    ['broken JSON', '{ "mcpServers": { ', 'import-text', /line 1, column \d+/],
    ['no server', '{ "theme": "dark" }', 'import-empty', /No MCP server/],
    ['plain text', 'hello', 'import-text', /not a map|neither|parse/],
  ])('%s is refused', (_, text, reason, message) => {
    const result = readImport(text);
    expect(result).toMatchObject({ ok: false, problem: { reason } });
    if (!result.ok) expect(result.problem.message).toMatch(message);
  });
});

describe('secrets', () => {
  const SECRET = 'not-to-be-seen-anywhere';

  test(verifies(['IMP-04'], 'secret variables and headers leave the draft for the keychain'), () => {
    const found = proposals({
      mcpServers: {
        a: { command: 'a', env: { GITHUB_PAT: SECRET, LOG: 'warn' } },
        b: { url: 'https://b.example/mcp', headers: { Authorization: `Bearer ${SECRET}`, 'X-Region': 'eu' } },
        c: { url: `https://user:${SECRET}@c.example/mcp` },
      },
    });
    expect(JSON.stringify(found)).not.toContain(SECRET);
    expect(found.map((one) => one.secrets.map(({ kind, name }) => `${kind}:${name}`))).toEqual([
      ['env:GITHUB_PAT'],
      ['header:Authorization'],
      ['header:Authorization'],
    ]);
    expect(found[0]?.secrets[0]?.secret?.reveal()).toBe(SECRET);
    expect(found[1]?.draft).toMatchObject({
      headers: { 'X-Region': 'eu' },
      secretHeaders: ['Authorization'],
    });
    const basic = Buffer.from(`user:${SECRET}`).toString('base64');
    expect(found[2]?.secrets[0]?.secret?.reveal()).toBe(`Basic ${basic}`);
    expect(found[2]?.draft).toMatchObject({ url: 'https://c.example/mcp' });
  });

  test('a value with the shape of a token is a secret whatever its name', () => {
    const env = { SETTING: 'ghp_0123456789abcdef', DATABASE_URL: 'postgres://u:p@h/db', PATH_X: '/usr/bin' };
    expect(only({ mcpServers: { a: { command: 'a', env } } }).draft).toMatchObject({
      env: { PATH_X: '/usr/bin' },
      secretEnv: ['SETTING', 'DATABASE_URL'],
    });
  });

  test('placeholders are kept, and a secret that is one waits for its value', () => {
    const proposal = only({
      servers: {
        a: {
          command: 'a',
          args: [`\${workspaceFolder}`],
          env: { API_KEY: `\${input:key}`, ROOT: `\${HOME}/x` },
        },
      },
    });
    expect(proposal.draft).toMatchObject({
      args: [`\${workspaceFolder}`],
      env: { ROOT: `\${HOME}/x` },
      secretEnv: ['API_KEY'],
    });
    expect(proposal.secrets).toEqual([{ kind: 'env', name: 'API_KEY', placeholder: `\${input:key}` }]);
    expect(proposal.placeholders).toEqual([`\${workspaceFolder}`, `\${input:key}`, `\${HOME}`]);
  });

  test("Codex's variable names become placeholders", () => {
    const text =
      '[mcp_servers.a]\nurl = "https://a.example/mcp"\nbearer_token_env_var = "A_TOKEN"\nenv_http_headers = { X-Team = "TEAM" }\n';
    const proposal = only(text);
    expect(proposal.draft).toMatchObject({
      headers: { 'X-Team': `\${TEAM}` },
      secretHeaders: ['Authorization'],
    });
    expect(proposal.placeholders).toEqual([`\${TEAM}`, `\${A_TOKEN}`]);
  });

  test('secrets in arguments and addresses are told by place, never by value', () => {
    const args = [
      '--api-key',
      SECRET,
      `--token=${SECRET}`,
      'Authorization: Bearer sk-0123456789abcdef',
      '--api-key',
      `\${KEY}`,
    ];
    const found = proposals({
      mcpServers: { a: { command: 'a', args }, b: { url: `https://b.example/mcp?api_key=${SECRET}` } },
    });
    expect(found[0]?.problems.map((one) => one.place)).toEqual(
      [1, 2, 3].map((at) => `mcpServers.a.args[${at}]`),
    );
    expect(found[1] && reasons(found[1])).toEqual(['import-url']);
    expect(JSON.stringify(found.map((one) => one.problems))).not.toContain(SECRET);
  });
});

describe('what has to be seen before adding', () => {
  test(verifies(['IMP-02'], 'invisible characters are counted and named'), () => {
    const proposal = only({
      mcpServers: { a: { command: 'np\u200bx', args: ['\u202eevil', 'tag\u{e0041}'] } },
    });
    expect(proposal.problems.map(({ place, message }) => [place, message])).toEqual([
      ['mcpServers.a.command', 'There are 1 invisible characters (U+200B).'],
      ['mcpServers.a.args', 'There are 2 invisible characters (U+202E, U+E0041).'],
    ]);
  });

  test(
    verifies(['IMP-05'], 'a backend of the same name with another command counts as new and is compared'),
    () => {
      const existing = {
        files: { type: 'stdio', command: 'npx', args: ['-y', 'files'], env: {}, secretEnv: [] },
      } as const;
      const evil = only({ mcpServers: { Files: { command: 'curl', args: ['-y', 'files'] } } }, { existing });
      expect(evil).toMatchObject({ state: 'replaces', selectable: true });
      expect(evil.differences).toEqual([{ field: 'command', before: 'npx', after: 'curl' }]);
      expect(reasons(evil)).toContain('import-replaces');
      const same = only({ mcpServers: { files: { command: 'npx', args: ['-y', 'files'] } } }, { existing });
      expect(same).toMatchObject({ state: 'same', differences: [] });
    },
  );

  test('a changed plain value counts as a difference without being shown', () => {
    const existing = {
      a: { type: 'stdio', command: 'a', args: [], env: { ROOT: '/one' }, secretEnv: [] },
    } as const;
    const proposal = only({ mcpServers: { a: { command: 'a', env: { ROOT: '/two' } } } }, { existing });
    expect(proposal.differences).toEqual([{ field: 'env values', before: 'as before', after: 'changed' }]);
  });

  test('our own entries are not offered', () => {
    const servers = {
      a: { url: 'http://localhost:4780/mcp' },
      b: { command: '/opt/patchbay-bridge' },
      c: { url: 'http://localhost:3000/mcp' },
    };
    const found = proposals({ mcpServers: servers }, { ownUrl: URL_OF_OURS });
    expect(found.map((one) => one.selectable)).toEqual([false, false, true]);
  });

  test('one name twice, and one server under two names, are explained', () => {
    const text =
      '{ "mcpServers": { "a": { "command": "x" }, "a": { "command": "y" }, "b": { "command": "x" } } }';
    const found = proposals(text);
    expect(found.map((one) => one.name)).toEqual(['a', 'a-2', 'b']);
    expect(found.map(reasons)).toEqual([[], ['import-name'], ['import-duplicate']]);
    expect(found[2]?.problems[0]?.message).toBe('"b" starts the same command as "a".');
  });

  test.each([
    ['my server!', 'my-server'],
    ['__proto__', 'proto__'],
    ['constructor', 'server'],
    ['Ünï', 'n'],
    ['x'.repeat(300), 'x'.repeat(60)],
  ])('the name %j becomes a valid one', (original, name) => {
    const found = proposals(`{ "mcpServers": { ${JSON.stringify(original)}: { "command": "x" } } }`);
    expect(found).toMatchObject([{ name, originalName: original }]);
    expect(({} as Record<string, unknown>).command).toBeUndefined();
  });

  test.each(['file:///etc/passwd', 'javascript:alert(1)', 'not an address'])(
    'the address %j cannot be taken',
    (url) => {
      const proposal = only({ mcpServers: { a: { url } } });
      expect([proposal.selectable, reasons(proposal)]).toEqual([false, ['import-url']]);
    },
  );
});

describe('files', () => {
  test.each(['claude-desktop', 'cursor', 'vscode', 'codex', 'goose'])(
    '%s: its file is read and stays as it is',
    async (client) => {
      await using host = await makeHome('linux');
      const path = join(host.home, FILES[client]?.linux ?? '');
      const texts: Record<string, string> = {
        codex: '[mcp_servers.a]\ncommand = "a"\n',
        goose: 'extensions:\n  a:\n    cmd: a\n  developer:\n    type: builtin\n',
      };
      const container = client === 'vscode' ? 'servers' : 'mcpServers';
      const text = texts[client] ?? `{ "${container}": { "a": { "command": "a" } } }`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
      const result = await importFromClient(host, client);
      expect(result).toMatchObject({
        ok: true,
        value: { proposals: [{ name: 'a', draft: { command: 'a' } }], problems: [] },
      });
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );

  test('files that cannot be read are refused with the reason', async () => {
    await using host = await makeHome('linux');
    await mkdir(host.home, { recursive: true });
    const path = join(host.home, 'x.json');
    expect(await readImportFile(path)).toMatchObject({ ok: false, problem: { reason: 'unreadable' } });
    await writeFile(path, Buffer.from('\uFEFF{}', 'utf16le'));
    expect(await readImportFile(path)).toMatchObject({ ok: false, problem: { reason: 'encoding' } });
    await writeFile(path, '\uFEFF{ "mcpServers": { "a": { "command": "a" } } }');
    expect(await readImportFile(path)).toMatchObject({ ok: true });
  });
});
