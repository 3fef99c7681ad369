import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import type { BackendForm } from '../../../shared/control/backend-form.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestControl, type TestControl } from '../../support/control.ts';
import { cutShort } from '../../support/cut-short-store.ts';
import { httpForm } from '../../support/forms.ts';
import { createMemorySecretStore } from '../../support/memory-secret-store.ts';

const URL = 'http://127.0.0.1:9/mcp';
const OLD = { type: 'http', url: URL, enabled: false, secretHeaders: ['X-Old'] };

const form = (...secretHeaders: string[]): BackendForm => ({
  ...httpForm(URL, { secretHeaders }),
  enabled: false,
});
const secret = (name: string) => ({ kind: 'header' as const, name, value: `value of ${name}` });

type Save = (running: TestControl) => Promise<{ readonly ok: boolean }>;

const added: Save = ({ client, revision }) =>
  client.backends.add({
    revision: revision(),
    name: 'new',
    form: form('X-A', 'X-B'),
    secrets: [secret('X-A'), secret('X-B')],
  });
const renamed: Save = ({ client, revision }) =>
  client.backends.edit({ revision: revision(), name: 'old', newName: 'new', form: form('X-Old') });
const exchanged: Save = ({ client, revision }) =>
  client.backends.edit({
    revision: revision(),
    name: 'old',
    form: form('X-New'),
    secrets: [secret('X-New')],
  });

test.each([
  ['a backend that is added with secrets', added, { old: ['X-Old'], new: ['X-A', 'X-B'] }],
  ['a backend that is renamed', renamed, { new: ['X-Old'] }],
  ['a secret that takes the place of another', exchanged, { old: ['X-New'] }],
])(
  verifies(['CRA-03'], '%s: wherever it is cut short, the file on disk names no secret that is not stored'),
  async (_, save, expected) => {
    for (let operations = 0; ; operations += 1) {
      const whole = createMemorySecretStore([
        [{ backend: 'old', kind: 'header', name: 'X-Old' }, 'old value'],
      ]);
      const { store, stopped } = cutShort(whole, operations);
      await using running = await startTestControl({ config: { backends: { old: OLD } }, secrets: store });
      const outcome = await Promise.race([stopped, save(running)]);
      const text = await readFile(running.gateway.configFile.path, 'utf8');
      const entries = Object.entries<{ secretHeaders?: string[] }>(JSON.parse(text).backends);
      for (const [backend, { secretHeaders = [] }] of entries) {
        for (const name of secretHeaders) {
          const value = whole.peek({ backend, kind: 'header', name });
          expect(value, `${backend} ${name}, cut at ${operations}`).toBeDefined();
        }
      }
      if (outcome === true) continue;
      expect(outcome.ok).toBe(true);
      expect(Object.fromEntries(entries.map(([name, entry]) => [name, entry.secretHeaders]))).toEqual(
        expected,
      );
      expect(operations).toBeGreaterThan(2);
      break;
    }
  },
);
