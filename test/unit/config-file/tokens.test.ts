import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createToken, listTokens, revokeTokens } from '../../../electron/config/tokens.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { open, put, read } from './helpers.ts';

test('a token is shown once; the file holds its digest only', async () => {
  await using dir = await createTempDir();
  using file = await open(dir.file('config.json'));
  const created = await createToken(file, 'cursor', new Date(0));
  if (!created.ok) throw new Error('not created');
  const { token, line } = created.value;
  expect(token).toMatch(/^pb_[A-Za-z0-9_-]{43}$/);
  const text = await read(dir.file('config.json'));
  expect(text).not.toContain(token);
  expect(text).toContain(createHash('sha256').update(token).digest('hex'));
  expect(line).toMatchObject({ client: 'cursor', createdAt: '1970-01-01T00:00:00.000Z' });
  expect(listTokens(file)).toEqual([line]);
});

test('tokens are revoked by id or by client; what is not there is told', async () => {
  await using dir = await createTempDir();
  using file = await open(dir.file('config.json'));
  for (const client of ['a', 'b', 'a', 'c']) await createToken(file, client);
  const [first] = listTokens(file);
  expect((await revokeTokens(file, { tokenId: first?.tokenId ?? '' })).ok).toBe(true);
  expect(listTokens(file).map(({ client }) => client)).toEqual(['b', 'a', 'c']);
  expect((await revokeTokens(file, { client: 'c' })).ok).toBe(true);
  expect((await revokeTokens(file, { client: 'zzz' })).ok).toBe(false);
  expect(listTokens(file).map(({ client }) => client)).toEqual(['b', 'a']);
});

test('no token is made where it would open nothing', async () => {
  await using dir = await createTempDir();
  await put(dir.file('config.json'), '{ "version": 1, "gateway": { "auth": { "mode": "anonymous" } } }');
  using file = await open(dir.file('config.json'));
  expect(await createToken(file, 'cursor')).toMatchObject({
    ok: false,
    problems: [{ code: 'config.field' }],
  });
});

test('made by many openers of one file at once, none is lost', async () => {
  await using dir = await createTempDir();
  const openers = await Promise.all(Array.from({ length: 6 }, () => open(dir.file('config.json'))));
  const made = await Promise.all(
    openers.flatMap((file, index) => [0, 1, 2].map((round) => createToken(file, `client ${index} ${round}`))),
  );
  expect(made.filter(({ ok }) => !ok)).toEqual([]);
  using after = await open(dir.file('config.json'));
  expect(listTokens(after)).toHaveLength(18);
});
