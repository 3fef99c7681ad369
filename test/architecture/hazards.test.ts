import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const INTEGRATION = join(import.meta.dirname, '../integration');
/** What goes wrong between one client and several servers, in the numbers of the design. */
const HAZARDS = 32;

test('each of the 32 hazards of a gateway between several servers has a test that bears its number', () => {
  const files = readdirSync(INTEGRATION, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.test.ts'),
  );
  const named = new Set(
    files.flatMap((name) =>
      [...readFileSync(join(INTEGRATION, name), 'utf8').matchAll(/['"`]hazard (\d\d): /g)].map(([, number]) =>
        Number(number),
      ),
    ),
  );
  const all = Array.from({ length: HAZARDS }, (_, index) => index + 1);
  expect(all.filter((number) => !named.has(number))).toEqual([]);
});
