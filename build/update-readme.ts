// `npm run docs`: writes the table of restricted names into the README. A test holds the README to the data.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { restrictedTable } from './restricted-table.ts';

const path = join(import.meta.dirname, '..', 'README.md');
const marked = /(<!-- restricted names: begin -->\n)[\s\S]*?(<!-- restricted names: end -->)/;

const text = await readFile(path, 'utf8');
if (!marked.test(text)) throw new Error('README.md has lost the marks around its table of restricted names');
await writeFile(
  path,
  text.replace(marked, (_, begin: string, end: string) => `${begin}${restrictedTable()}\n${end}`),
);
