import { describe, expect, test } from 'vitest';
import { diffHunks, unifiedDiff } from '../../../electron/clients/diff.ts';
import { tomlTables } from '../../../electron/clients/format/toml-tables.ts';
import { maskSecrets } from '../../../electron/clients/mask.ts';
import { CLIENTS, findClient } from '../../../shared/clients/catalogue.ts';
import { copyText } from '../../../shared/clients/copy-text.ts';
import { abilitiesOf } from '../../../shared/clients/definition.ts';
import { clientEntry } from '../../../shared/clients/entry.ts';
import { showInvisible } from '../../../shared/clients/invisible.ts';
import { isOurEntry, pointsAt } from '../../../shared/clients/recognise.ts';
import { secretName, secretValue } from '../../../shared/clients/secret-shape.ts';
import { BRIDGE, FILES, TOKEN, URL_OF_OURS } from './client-home.ts';

const OPTIONS = {
  url: URL_OF_OURS,
  token: TOKEN,
  entryName: 'patchbay',
  bridge: BRIDGE,
  headerNames: ['X-Tenant'],
};

describe('the catalogue', () => {
  test('ids are unique, and every client with a file has fixtures', () => {
    const ids = CLIENTS.map((client) => client.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(
      CLIENTS.filter((client) => client.kind === 'file')
        .map((client) => client.id)
        .sort(),
    ).toEqual(Object.keys(FILES).sort());
  });

  test.each(CLIENTS)(
    '$title: the token is in a header or variable, never in an address or argument',
    (client) => {
      const entry = clientEntry(client, OPTIONS);
      if (!entry.ok) throw new Error(entry.problem.message);
      const { value } = entry.value;
      for (const key of ['url', 'serverUrl', 'httpUrl', 'uri', 'args', 'command', 'cmd']) {
        expect(JSON.stringify(value[key] ?? '')).not.toContain(TOKEN);
      }
      expect(JSON.stringify(value).split(TOKEN)).toHaveLength(2);
      expect(isOurEntry(value)).toBe(true);
      expect(pointsAt(value, URL_OF_OURS)).toBe(true);
      expect(pointsAt(value, 'http://127.0.0.1:4781/mcp')).toBe(false);
    },
  );

  test('abilities follow from the definition', () => {
    const abilities = (id: string) => {
      const client = findClient(id);
      return client === undefined ? undefined : abilitiesOf(client);
    };
    expect(abilities('claude-desktop')).toEqual({
      http: false,
      ownHeaders: 'bridge',
      envValues: false,
      restart: 'restart',
    });
    expect(abilities('cursor')).toEqual({
      http: true,
      ownHeaders: 'entry',
      envValues: true,
      restart: 'none',
    });
  });

  test('a client that is set up by hand gets text and three sentences', () => {
    const jetbrains = findClient('jetbrains');
    const copy = jetbrains === undefined ? undefined : copyText(jetbrains, OPTIONS);
    expect(copy).toMatchObject({ ok: true, value: { steps: { length: 3 } } });
    if (copy?.ok) expect(JSON.parse(copy.value.text).mcpServers.patchbay.command).toBe(BRIDGE.command);
  });
});

describe('recognising', () => {
  test.each([
    [{ url: 'http://localhost:1/mcp' }, true],
    [{ serverUrl: 'http://[::1]:4780/mcp' }, true],
    [{ command: 'npx', args: ['mcp'], env: { PATCHBAY_TOKEN: 'x' } }, true],
    [{ command: ['C:\\Programs\\patchbay-bridge.exe', 'bridge'] }, true],
    [{ url: 'http://127.0.0.1.evil.example/mcp' }, false],
    [{ url: 'http://localhost:1/other' }, false],
    [{ url: 'https://patchbay.example/mcp' }, false],
    [{ command: 'patchbayish' }, false],
    [null, false],
    ['patchbay', false],
  ])('%j: %s', (entry, ours) => {
    expect(isOurEntry(entry)).toBe(ours);
  });
});

describe('secrets by shape', () => {
  test.each([
    'API_KEY',
    'apiKey',
    'X-Api-Key',
    'GITHUB_PAT',
    'Authorization',
    'DB_PASSWORD',
    'clientSecret',
    'OPENAI_KEY',
    'accessToken',
  ])('the name %s is one', (name) => expect(secretName(name)).toBe(true));
  test.each(['PATH', 'KEYBOARD', 'MONKEY', 'LOG_LEVEL', 'X-Tenant', 'AUTHOR', 'COMPASS', 'TOKENIZER_PATH'])(
    'the name %s is none',
    (name) => expect(secretName(name)).toBe(false),
  );
  test.each(['sk-0123456789ab', 'Bearer abc', 'ghp_0123456789', 'https://u:p@h/', 'eyJhbGciOiJI.eyJzdWIiOi'])(
    'the value %s is one',
    (value) => expect(secretValue(value)).toBe(true),
  );
  test.each(['/usr/bin', 'https://h/x', 'warn', 'asking', '@scope/pkg'])('the value %s is none', (value) =>
    expect(secretValue(value)).toBe(false),
  );

  test.each([
    ['  "API_KEY": "abc",', '  "API_KEY": "••••",'],
    ["token = 'abc' # c", "token = '••••' # c"],
    ['    API_KEY: abc def', '    API_KEY: ••••'],
    ['{"env":{"API_KEY":"a\\"b"},"x":1}', '{"env":{"API_KEY":"••••"},"x":1}'],
    ['"args": ["--key", "sk-0123456789ab"]', '"args": ["--key", "••••"]'],
    ['"Authorization": "Bearer <token>"', '"Authorization": "Bearer <token>"'],
    ['"url": "https://h/x"', '"url": "https://h/x"'],
  ])('%s is shown as %s', (line, shown) => {
    expect(maskSecrets(line)).toBe(shown);
  });
});

describe('differences', () => {
  test('a unified diff has three lines of context and the right counts', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    const after = 'a\nb\nc\nd\nX\ne\nf\ng\nh\n';
    expect(unifiedDiff('p', before, after)).toBe(
      '--- p\n+++ p\n@@ -2,6 +2,7 @@\n b\n c\n d\n+X\n e\n f\n g\n',
    );
    expect(unifiedDiff('p', undefined, 'x\n')).toBe('--- /dev/null\n+++ p\n@@ -0,0 +1,1 @@\n+x\n');
    expect(unifiedDiff('p', before, before)).toBe('');
  });

  test('invisible characters are written out', () => {
    expect(diffHunks('', 'a\u200bb\u00a0c\u202e\n')[0]?.lines).toEqual([
      { kind: 'added', text: 'a<U+200B>b<U+00A0>c<U+202E>' },
    ]);
    expect(showInvisible('plain text\twith tab, Ünï, 日本 and 😀')).toBe(
      'plain text\twith tab, Ünï, 日本 and 😀',
    );
  });
});

describe('tables of a TOML text', () => {
  test('headers inside strings and arrays are none, and a table ends behind its last key', () => {
    const text =
      'a = """\n[x]\n"""\n[t."q.r".\'s\'] # c\nk = [\n  "[y]", # [z]\n]\n\n# next\n[[l]]\nv = \'\'\'\n[w]\'\'\'\n';
    const tables = tomlTables(text);
    expect(tables.map(({ path, array }) => ({ path, array }))).toEqual([
      { path: ['t', 'q.r', 's'], array: false },
      { path: ['l'], array: true },
    ]);
    expect(text.slice(tables[0]?.end)).toMatch(/^\n# next/);
    expect(tables[1]?.end).toBe(text.length);
  });
});
