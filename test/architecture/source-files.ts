import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

const ROOT = join(import.meta.dirname, '..', '..');

/** One file of ours, its path from the project's folder, with `/`. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly lines: number;
}

/** All TypeScript files under a folder of the project; none where it does not exist yet. */
export async function sourceFiles(folder: string): Promise<readonly SourceFile[]> {
  const entries = await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  const paths = entries
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return Promise.all(
    paths.map(async (path) => {
      const text = await readFile(path, 'utf8');
      const lines = text.split('\n').length - 1;
      return { path: relative(ROOT, path).split(sep).join('/'), text, lines };
    }),
  );
}

/** What a file imports, as written: static, for side effects, re-exported, dynamic and type-only. */
export function importsOf(text: string): readonly string[] {
  const forms = /(?:\bfrom\s*|\bimport\s*\(\s*|^\s*import\s*)(['"])([^'"\n]+)\1/gm;
  return [...text.matchAll(forms)].map((match) => match[2] ?? '');
}
