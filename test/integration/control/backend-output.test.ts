import { expect, test } from 'vitest';
import { startTestControl, value } from '../../support/control.ts';
import { stdioForm } from '../../support/forms.ts';

test('a test of a process that ends at once says what it wrote, its secrets masked', async () => {
  await using running = await startTestControl(
    {},
    {
      scrub: (text) => text.replaceAll('sk-stays-out-77', '[secret]'),
    },
  );
  const { client } = running;
  const script = 'echo "no such package; the key was $KEY" >&2; exit 3';
  const form = stdioForm('/bin/sh', ['-c', script], { secretEnv: ['KEY'] });
  const secrets = [{ kind: 'env' as const, name: 'KEY', value: 'sk-stays-out-77' }];
  await value(client.backends.add({ revision: running.revision(), name: 'files', form, secrets }));
  const { command } = await value(client.backends.get({ name: 'files' }));
  await value(client.backends.approve({ name: 'files', approval: command?.approval ?? '' }));
  const tested = await value(client.backends.test({ name: 'files' }));
  const failed = tested.steps.find(({ outcome }) => outcome === 'failed');
  expect(failed?.said).toBe('no such package; the key was [secret]');
  expect(failed?.message).toMatch(/exit code 3\.$/);
  expect(JSON.stringify(tested)).not.toContain('sk-stays-out-77');
  const { line } = await value(client.backends.get({ name: 'files' }));
  expect(line.status).toMatchObject({ reason: expect.stringMatching(/exit code 3\.$/) });
});
