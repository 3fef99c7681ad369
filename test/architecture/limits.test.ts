import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  SAFE_PREFIXES,
  SAFE_VARIABLES,
  SAFE_WINDOWS_VARIABLES,
} from '../../electron/backends/stdio/safe-variables.ts';
import { verifies } from '../requirements/verifies.ts';

const LIMITS = join(import.meta.dirname, '../../docs/limits.md');

test(verifies(['STD-09'], 'the variables that a process gets are those that are written down'), async () => {
  const text = await readFile(LIMITS, 'utf8');
  const [, listed = '', onWindows = ''] =
    /where they are set: ([^;]*); on Windows also ([^.]*)\./.exec(text.replaceAll('\n', ' ')) ?? [];
  const names = (part: string): string[] => [...part.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name);
  expect(names(listed)).toEqual([...SAFE_VARIABLES, ...SAFE_PREFIXES.map((prefix) => `${prefix}*`)]);
  expect(names(onWindows)).toEqual([...SAFE_WINDOWS_VARIABLES]);
});
