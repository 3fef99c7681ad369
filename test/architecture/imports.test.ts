import { describe, expect, test } from 'vitest';
import { whyForbidden } from './import-rule.ts';
import { importsOf, sourceFiles } from './source-files.ts';

const product = (await Promise.all(['shared', 'electron', 'renderer'].map(sourceFiles))).flat();
const everything = [...product, ...(await Promise.all(['test', 'build'].map(sourceFiles))).flat()];

describe('the rule itself', () => {
  test.each([
    ['shared/a/b.ts', '../c/d.ts', undefined],
    ['shared/a/b.ts', 'zod', undefined],
    ['shared/a/b.ts', 'node:fs', 'shared must not use Node'],
    ['shared/a/b.ts', 'fs', 'shared must not use Node'],
    ['shared/a/b.ts', 'undici', 'shared must not use undici'],
    ['shared/a/b.ts', '../../electron/log/log.ts', 'shared must not use core'],
    ['electron/gateway/a.ts', '../headless/output.ts', 'core must not use headless'],
    ['electron/gateway/a.ts', '../backends/b.ts', undefined],
    ['electron/gateway/a.ts', 'electron', 'core must not use the electron package'],
    ['electron/headless/a.ts', '../app/b.ts', undefined],
    ['electron/headless/a.ts', '../desktop/b.ts', 'headless must not use desktop'],
    ['electron/desktop/a.ts', 'electron/main', undefined],
    ['electron/app/a.ts', '../../test/support/b.ts', 'core must not use test'],
    ['renderer/a.tsx', '../electron/app/b.ts', 'renderer must not use core'],
    ['renderer/a.tsx', '../shared/b.ts', undefined],
    ['renderer/a.tsx', 'node:path', 'renderer must not use Node'],
    ['renderer/a.tsx', 'react', undefined],
  ])('%s imports %s: %s', (file, specifier, reason) => {
    expect(whyForbidden(file, specifier)).toBe(reason);
  });

  test('sees every form of import', () => {
    const text = [
      "import a from 'a';",
      "import type { B } from 'b';",
      "import 'c';",
      "export { d } from 'd';",
      "const e = await import('e');",
      "type F = import('f').F;",
      "import {\n  g,\n} from 'g';",
    ].join('\n');
    expect(importsOf(text)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });
});

describe('every file of ours', () => {
  test('imports only what its folder may use', () => {
    const wrong = product.flatMap(({ path, text }) =>
      importsOf(text).flatMap((specifier) => {
        const reason = whyForbidden(path, specifier);
        return reason === undefined ? [] : [`${path} imports ${specifier}: ${reason}`];
      }),
    );
    expect(product.length).toBeGreaterThan(50);
    expect(wrong).toEqual([]);
  });

  test('has at most 350 lines, and in the middle fewer than 90', () => {
    expect(
      everything.filter(({ lines }) => lines > 350).map(({ path, lines }) => `${path}: ${lines}`),
    ).toEqual([]);
    const sorted = product.map(({ lines }) => lines).sort((left, right) => left - right);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(90);
  });

  test('is named in kebab-case', () => {
    const odd = everything.filter(
      ({ path }) => !/^([a-z0-9.-]+\/)*[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.tsx?$/.test(path),
    );
    expect(odd.map(({ path }) => path)).toEqual([]);
  });

  test('exports by name, and none only passes on what others export', () => {
    const defaults = product.filter(({ text }) => /^export default\b/m.test(text));
    expect(defaults.map(({ path }) => path)).toEqual([]);
    const barrels = product.filter(({ text }) => {
      const statements = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '').trim();
      return /^(export\s+(type\s+)?(\*|\{[^}]*\})[^;]*\sfrom\s[^;]*;\s*)+$/.test(statements);
    });
    expect(barrels.map(({ path }) => path)).toEqual([]);
  });
});
