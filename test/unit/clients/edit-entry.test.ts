import { describe, expect, test } from 'vitest';
import { inspectEntries, putEntry, removeEntry } from '../../../electron/clients/format/edit-entry.ts';
import type { EntryPlace } from '../../../electron/clients/format/editor.ts';
import type { ClientFormat } from '../../../shared/clients/definition.ts';

const VALUE = { url: 'http://127.0.0.1:4780/mcp' };

function place(container: string, layout: EntryPlace['layout'] = 'map'): EntryPlace {
  return { containers: [[container]], name: 'patchbay', layout };
}

describe('a layout in which the edit would change more than our entry is refused', () => {
  test.each<[string, ClientFormat, string, EntryPlace, string, RegExp]>([
    [
      'an inline table',
      'toml',
      'mcp_servers = { a = { url = "x" } }\n',
      place('mcp_servers'),
      'unsafe',
      /does not allow/,
    ],
    [
      'our entry in dotted keys',
      'toml',
      'mcp_servers.patchbay.url = "x"\n',
      place('mcp_servers'),
      'shape',
      /dotted keys/,
    ],
    ['an array of tables', 'toml', '[[mcp_servers]]\nname = "a"\n', place('mcp_servers'), 'unsafe', /./],
    [
      'a map that is used a second time',
      'yaml',
      'extensions: &all\n  a: {b: 1}\ncopy: *all\n',
      place('extensions'),
      'unsafe',
      /more than our own entry/,
    ],
    ['an end mark', 'yaml', 'a: 1\n...\n', place('extensions'), 'unsafe', /does not allow/],
    ['a second document', 'yaml', 'a: 1\n---\nb: 2\n', place('extensions'), 'parse', /./],
    ['a container that is a text', 'yaml', 'extensions: none\n', place('extensions'), 'shape', /not a map/],
    [
      'a map where a list is wanted',
      'yaml',
      'mcpServers:\n  a: 1\n',
      place('mcpServers', 'list'),
      'shape',
      /not a list/,
    ],
    ['a key that stands twice', 'yaml', 'a: 1\na: 2\n', place('extensions'), 'parse', /unique/],
    ['a table that stands twice', 'toml', '[a]\n[a]\n', place('mcp_servers'), 'parse', /./],
  ])('%s', (_, format, text, where, kind, message) => {
    const edited = putEntry(format, text, where, VALUE);
    expect(edited).toMatchObject({ ok: false, kind });
    if (!edited.ok) expect(edited.message).toMatch(message);
  });
});

describe('layouts that people write', () => {
  test.each<[string, ClientFormat, string, EntryPlace, string]>([
    [
      'a comma on its own line',
      'jsonc',
      '{\n  "s": {\n    "a": {}\n    , "b": {}\n  }\n}\n',
      place('s'),
      '{\n  "s": {\n    "a": {}\n    , "b": {},\n    "patchbay": {\n      "url": "http://127.0.0.1:4780/mcp"\n    }\n  }\n}\n',
    ],
    [
      'a comment behind the opening brace',
      'jsonc',
      '{ // all\n  "s": { /* none */ }\n}',
      place('s'),
      '{ // all\n  "s": {\n    "patchbay": {\n      "url": "http://127.0.0.1:4780/mcp"\n    }\n   /* none */ }\n}',
    ],
    ['an empty YAML file', 'yaml', '', place('e'), 'e:\n  patchbay:\n    url: "http://127.0.0.1:4780/mcp"\n'],
    [
      'only comments',
      'yaml',
      '# a\n',
      place('e'),
      '# a\ne:\n  patchbay:\n    url: "http://127.0.0.1:4780/mcp"\n',
    ],
    [
      'an empty container',
      'yaml',
      'e: # none\nb: 1\n',
      place('e'),
      'e: # none\n  patchbay:\n    url: "http://127.0.0.1:4780/mcp"\nb: 1\n',
    ],
    [
      'a flow map',
      'yaml',
      '{a: 1}\n',
      place('e'),
      '{"e": {"patchbay": {"url": "http://127.0.0.1:4780/mcp"}}, a: 1}\n',
    ],
    [
      'a file without final line end',
      'toml',
      'a = 1',
      place('m'),
      'a = 1\n\n[m.patchbay]\nurl = "http://127.0.0.1:4780/mcp"\n',
    ],
  ])('%s', (_, format, text, where, expected) => {
    expect(putEntry(format, text, where, VALUE)).toMatchObject({ ok: true, text: expected });
  });

  test('taking out the only entry of a YAML container leaves an empty one, not null', () => {
    const text = 'e:\n  patchbay: {url: "http://127.0.0.1:4780/mcp"}\nb: 1\n';
    expect(removeEntry('yaml', text, place('e'))).toMatchObject({ ok: true, text: 'e:\n  {}\nb: 1\n' });
  });

  test.each<[string, string, string]>([
    ['the first', '{"s":{"patchbay":{},"a":1}}', '{"s":{"a":1}}'],
    ['one in the middle', '{"s":{"a":1, "patchbay":{}, "b":2}}', '{"s":{"a":1, "b":2}}'],
    ['the last', '{"s":{"a":1, "patchbay":{}}}', '{"s":{"a":1}}'],
    [
      'the last behind a comment',
      '{"s":{\n"a":1, // x\n"patchbay":{} // y\n}}',
      '{"s":{\n"a":1 // x\n // y\n}}',
    ],
  ])('taking out %s entry of JSON', (_, text, expected) => {
    const removed = removeEntry('json', text, place('s'));
    expect(removed).toMatchObject({ ok: true });
    if (removed.ok)
      expect(JSON.parse(removed.text.replaceAll(/\/\/.*/g, ''))).toEqual(
        JSON.parse(expected.replaceAll(/\/\/.*/g, '')),
      );
    if (removed.ok && !text.includes('//'))
      expect(removed.text.replaceAll(' ', '')).toBe(expected.replaceAll(' ', ''));
    if (removed.ok && text.includes('//')) expect(removed.text).toContain('// y');
  });

  test('an entry that is called like a deeper container is not mistaken for it', () => {
    const nested: EntryPlace = { containers: [['mcp', 'servers'], ['mcp']], name: 'patchbay', layout: 'map' };
    const text = '{ "mcp": { "servers": { "type": "remote", "url": "https://a.example" } } }';
    expect([...(inspectEntriesOf(text, nested) ?? [])]).toEqual(['servers']);
    const edited = putEntry('jsonc', text, nested, VALUE);
    expect(edited.ok && Object.keys(JSON.parse(edited.text).mcp)).toEqual(['servers', 'patchbay']);
  });
});

function inspectEntriesOf(text: string, where: EntryPlace): Iterable<string> | undefined {
  const found = inspectEntries('jsonc', text, where);
  return found.ok ? found.entries.keys() : undefined;
}
