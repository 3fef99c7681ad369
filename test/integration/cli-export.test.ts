import { expect, test } from 'vitest';
import { createCliHome } from '../support/cli.ts';

const CONFIG = {
  passthroughHeaders: ['X-Tenant'],
  backends: {
    billing: { type: 'http', url: 'https://billing.example/mcp', secretHeaders: ['X-Api-Key'] },
    files: { type: 'stdio', command: 'files' },
  },
};

test('YAML on standard output, what it cannot say on standard error, and all of it as JSON', async () => {
  await using home = await createCliHome();
  await home.writeConfig({ ...CONFIG, gateway: { auth: { mode: 'anonymous' } } });
  const { code, stdout, stderr } = await home.patchbay('export', 'vmcp');
  expect(code).toBe(0);
  expect(stdout).toContain('passthroughHeaders:\n  - "X-Tenant"');
  expect(stdout).not.toContain('[export.lossy]');
  expect(stderr).toContain('backends.files');
  const json = JSON.parse((await home.patchbay('export', 'vmcp', '--json')).stdout);
  expect(json).toMatchObject({ yaml: stdout, problems: expect.any(Array), environment: expect.any(Array) });
});

test('an export that would be less safe than the original ends with 1', async () => {
  await using home = await createCliHome();
  await home.writeConfig(CONFIG);
  const { code, stdout, stderr } = await home.patchbay('export', 'vmcp');
  expect({ code, written: stdout.startsWith('#'), told: stderr.includes('error: ') }).toEqual({
    code: 1,
    written: true,
    told: true,
  });
});
