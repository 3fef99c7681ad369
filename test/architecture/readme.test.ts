import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { restrictedTable } from '../../build/restricted-table.ts';
import { RESTRICTED } from '../../shared/headers/restricted.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const read = (name: string): Promise<string> => readFile(join(ROOT, name), 'utf8');

describe('what the README says', () => {
  test('is the table of restricted names that the gateway uses; npm run docs writes it', async () => {
    expect(await read('README.md')).toContain(restrictedTable());
  });

  test('names every restricted name', async () => {
    const readme = await read('README.md');
    expect(RESTRICTED.entries.filter(({ shown }) => !readme.includes(`\`${shown}\``))).toEqual([]);
  });

  test('has the two commands on its first screen', async () => {
    const firstScreen = (await read('README.md')).split('\n').slice(0, 20).join('\n');
    expect(firstScreen).toContain('npm ci && npm start');
    expect(firstScreen).toContain('npm ci && npm test');
  });
});

test('CONTRIBUTING gives a reason for every dependency', async () => {
  const { dependencies, devDependencies } = JSON.parse(await read('package.json'));
  const text = await read('CONTRIBUTING.md');
  const names = Object.keys({ ...dependencies, ...devDependencies });
  expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
});
