import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { signingFor } from '../../build/package/signing.ts';

const ROOT = join(import.meta.dirname, '../..');
const text = readFileSync(join(ROOT, '.github/workflows/package.yml'), 'utf8');
const variables = z.record(z.string(), z.string());
const step = z.strictObject({
  name: z.string().optional(),
  if: z.string().optional(),
  uses: z.string().optional(),
  with: z.record(z.string(), z.unknown()).optional(),
  run: z.string().optional(),
  env: variables.optional(),
});
const job = z.strictObject({
  if: z.string().optional(),
  needs: z.array(z.string()).optional(),
  strategy: z
    .strictObject({
      'fail-fast': z.boolean(),
      matrix: z.strictObject({ runner: z.array(z.string()) }),
    })
    .optional(),
  'runs-on': z.string(),
  container: z.string().optional(),
  'timeout-minutes': z.int(),
  permissions: variables.optional(),
  steps: z.array(step),
});
const { jobs, ...workflow } = z
  .strictObject({
    name: z.string(),
    on: z.strictObject({ push: z.unknown(), pull_request: z.unknown() }),
    permissions: variables,
    concurrency: z.strictObject({ group: z.string(), 'cancel-in-progress': z.string() }),
    jobs: z.record(z.string(), job),
  })
  .parse(parse(text));
const steps = Object.values(jobs).flatMap((one) => one.steps);
const environment = Object.assign({}, ...steps.map(({ env }) => env ?? {})) as Record<string, string>;

describe('the release workflow', () => {
  test('uses actions at a commit only, and each step either runs or uses', () => {
    for (const { uses, run } of steps) {
      expect([uses, run].filter((one) => one !== undefined)).toHaveLength(1);
      if (uses !== undefined) expect(uses).toMatch(/^actions\/[a-z-]+@[0-9a-f]{40}$/);
    }
  });

  test('may write only where it drafts a release, which is for a tag and after everything else', () => {
    expect(workflow.permissions).toEqual({ contents: 'read' });
    const writing = Object.entries(jobs).filter(([, { permissions }]) => permissions !== undefined);
    expect(writing.map(([name]) => name)).toEqual(['release']);
    expect(jobs.release).toMatchObject({
      if: "startsWith(github.ref, 'refs/tags/')",
      needs: Object.keys(jobs).filter((name) => name !== 'release'),
    });
  });

  test('gives a secret to a tag only, and puts nothing of a stranger into a command', () => {
    const secret = Object.values(environment).filter((value) => value.includes('secrets.'));
    expect(secret).toHaveLength(7);
    for (const value of secret)
      expect(value).toMatch(/^\$\{\{ startsWith\(github\.ref, 'refs\/tags\/'\) && /);
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  });

  test('packages on both processors of the three systems', () => {
    const runners = jobs.package?.strategy?.matrix.runner ?? [];
    expect(runners.map((name) => name.split('-')[0]).sort()).toEqual([
      'macos',
      'macos',
      'ubuntu',
      'ubuntu',
      'windows',
      'windows',
    ]);
  });

  test('runs scripts and tests that there are', () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    const commands = steps.map(({ run }) => run ?? '').join('\n');
    const named = [...commands.matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name ?? '');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
    const paths = commands.match(/(?:^|\s)(?:\.ci|test)\/[\w./-]+/g)?.map((path) => path.trim()) ?? [];
    expect(paths.length).toBeGreaterThan(10);
    const isThere = (path: string): boolean =>
      [path, `${path}.test.ts`].some((one) => existsSync(join(ROOT, one)));
    expect(paths.filter((path) => !isThere(path))).toEqual([]);
  });

  test('hands signing over under the names that it is read by', () => {
    const windows = signingFor({ platform: 'win32', arch: 'x64' }, environment);
    const mac = signingFor({ platform: 'darwin', arch: 'arm64' }, environment);
    expect([windows.sign, mac.sign, mac.notarise]).toEqual([true, true, true]);
  });
});
