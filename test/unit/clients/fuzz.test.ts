import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse as parseToml } from 'smol-toml';
import { expect, test } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { applyConnect } from '../../../electron/clients/apply.ts';
import { previewConnect } from '../../../electron/clients/preview.ts';
import { undoConnect } from '../../../electron/clients/undo.ts';
import type { Platform } from '../../../shared/clients/definition.ts';
import {
  BRIDGE,
  extensionOf,
  FILES,
  fixture,
  makeHome,
  PLATFORMS,
  TOKEN,
  URL_OF_OURS,
} from './client-home.ts';

const MUTATIONS = 2000;
const SEED = 20261121;

/** Mulberry32: a small generator with a seed, so that a failure can be repeated. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const SNIPPETS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  "'",
  '\\',
  '\n',
  '\r\n',
  '\t',
  ' ',
  '#',
  '//',
  '/*',
  '*/',
  '---\n',
  '...\n',
  '- ',
  '&a ',
  '*a',
  '|\n',
  '<<: *a\n',
  '[mcp_servers]\n',
  '[[mcp_servers.x]]\n',
  '"""',
  "'''",
  '= 1',
  '\0',
  '\u2028',
  'é',
  '\uFEFF',
  '"mcpServers": {}',
  '"patchbay": {}',
  'mcpServers:\n',
  'extensions:\n',
  '  patchbay: 1\n',
  'null',
  'true',
  '1e999',
  '__proto__',
];

/** One to three small changes: insert, delete, double, swap, cut off. */
function mutate(text: string, random: () => number): string {
  let result = text;
  const pick = (limit: number): number => Math.floor(random() * limit);
  for (let round = pick(3); round >= 0; round--) {
    const at = pick(result.length + 1);
    const length = pick(12);
    const part = result.slice(at, at + length);
    const snippet = SNIPPETS[pick(SNIPPETS.length)] ?? '';
    const kind = pick(6);
    if (kind <= 1) result = result.slice(0, at) + snippet + result.slice(at);
    else if (kind === 2) result = result.slice(0, at) + result.slice(at + length);
    else if (kind === 3) result = result.slice(0, at) + part + result.slice(at);
    else if (kind === 4) result = result.slice(0, at) + snippet + result.slice(at + length);
    else if (random() < 0.2) result = result.slice(0, at);
  }
  return result;
}

/** Whether all characters of `part` stand in `whole` in the same order: nothing of it was lost. */
function isSubsequence(part: string, whole: string): boolean {
  let position = 0;
  for (const character of part) {
    position = whole.indexOf(character, position) + 1;
    if (position === 0) return false;
  }
  return true;
}

/** Reads a text with another parser than the one under test; undefined when that parser refuses it too. */
function readIndependently(extension: string, text: string): unknown {
  try {
    if (extension === 'toml') return parseToml(text);
    if (extension === 'yaml') return parseYaml(text);
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutOurs(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .filter((item) => !(item !== null && typeof item === 'object' && item.name === 'patchbay'))
      .map(withoutOurs);
  }
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([key]) => key !== 'patchbay');
  const inner = kept.map(([key, member]): [string, unknown] => [key, withoutOurs(member)]);
  return Object.fromEntries(
    inner.filter(
      ([, member]) => !isDeepStrictEqual(member, {}) && !isDeepStrictEqual(member, []) && member !== null,
    ),
  );
}

const ORIGINALS = Object.keys(FILES).flatMap((client) => PLATFORMS.map((platform) => ({ client, platform })));

async function oneRound(
  index: number,
  client: string,
  platform: Platform,
  random: () => number,
): Promise<'written' | 'refused'> {
  await using host = await makeHome(platform);
  const extension = extensionOf(client);
  const before = Buffer.from(mutate(await readFile(fixture(client, platform, 'before'), 'utf8'), random));
  const path = join(host.home, FILES[client]?.[platform] ?? '');
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, before);
  const where = `round ${index}: ${client} on ${platform}\n${JSON.stringify(before.toString())}`;

  const preview = await previewConnect(host, { clientId: client, url: URL_OF_OURS, bridge: BRIDGE });
  if (!preview.ok) {
    expect(await readFile(path), where).toEqual(before);
    expect(preview.problem.message, where).not.toBe('');
    if (preview.problem.reason === 'parse')
      expect(preview.problem.message, where).toMatch(/line \d+, column \d+|too deeply|alias/i);
    return 'refused';
  }
  const applied = await applyConnect(host, preview.value, { createToken: async () => TOKEN });
  expect(applied.problems, where).toEqual([]);
  const after = await readFile(path);
  const replaced = preview.value.files[0]?.action === 'replace';
  if (!replaced) expect(isSubsequence(before.toString(), after.toString()), where).toBe(true);
  const [old, now] = [before, after].map((bytes) =>
    readIndependently(extension, bytes.toString().replace(/^\uFEFF/, '')),
  );
  if (old !== undefined) expect(withoutOurs(now), where).toEqual(withoutOurs(old));

  // Every other round somebody touches the file in between, so that undo has to take our entry out by itself.
  const touched = index % 2 === 1;
  if (touched) await writeFile(path, Buffer.concat([after, Buffer.from('\n')]));
  const undone = await undoConnect(host, client);
  expect(undone.problems, where).toEqual([]);
  const end = await readFile(path);
  if (!replaced && !touched) expect(end, where).toEqual(before);
  if (!replaced) expect(isSubsequence(before.toString(), end.toString()), where).toBe(true);
  expect(end.includes(TOKEN), where).toBe(false);
  return 'written';
}

test(`${MUTATIONS} damaged client files lose no byte, and none is written that does not parse`, async () => {
  const random = randomFrom(SEED);
  const counts = { written: 0, refused: 0 };
  for (let index = 0; index < MUTATIONS; index++) {
    const original = ORIGINALS[index % ORIGINALS.length];
    if (original !== undefined) counts[await oneRound(index, original.client, original.platform, random)]++;
  }
  expect(counts.written).toBeGreaterThan(400);
  expect(counts.refused).toBeGreaterThan(400);
}, 180_000);
