import { expect, type Page, type Route, test } from '@playwright/test';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { createLatch } from '../../support/latch.ts';
import { show } from '../window.ts';
import { oneGateway } from './one-gateway.ts';

let backend: PlainBackend;
const SECRETS = ['first-secret-value-31', 'second-secret-value-47'] as const;

const scene = oneGateway(async (stack) => {
  backend = stack.use(await startPlainBackend());
  const { url } = backend;
  const others = { first: off(url), billing: { type: 'http', url }, last: off(url) };
  return { config: { passthroughHeaders: ['X-Mcp-Api-Key'], backends: others }, tokens: ['cursor'] };
});

const inFile = (): Record<string, Record<string, unknown>> =>
  scene.running.gateway.configFile.raw().backends as Record<string, Record<string, unknown>>;

test('of two windows with one form the second save is refused, and what was typed stays', async () => {
  const { window } = scene;
  const other = await scene.another();
  await show(window, 'backends/billing/edit');
  await window.getByLabel('Title').fill('Mine');
  await show(other, 'backends/billing/edit');
  await other.getByLabel('Title').fill('Theirs');
  await save(other);
  await heading(other, 'billing');
  await save(window);
  await expect(window.getByRole('alert')).toContainText('Somebody else saved in the meantime');
  await expect(window.getByLabel('Title')).toHaveValue('Mine');
  expect(inFile().billing?.title).toBe('Theirs');
  await window.getByRole('button', { name: 'Load the newest state' }).click();
  await expect(window.getByLabel('Title')).toHaveValue('Theirs');
  await other.context().close();
});

test(
  verifies(['UIX-07'], 'a reload in mid-save saves all or nothing, and the window shows which'),
  async () => {
    const { window } = scene;
    for (const arrives of [false, true]) {
      const title = arrives ? 'Arrived' : 'Lost';
      const held = createLatch();
      const hold = async (route: Route): Promise<void> => {
        if (arrives) await route.fetch();
        held.open();
      };
      await show(window, 'backends/billing/edit');
      await window.getByLabel('Title').fill(title);
      await addHeader(window, 'X-Region', 'eu');
      await window.route('**/control/backends.edit', hold);
      await save(window);
      await held.promise;
      await window.reload();
      await window.unroute('**/control/backends.edit', hold);
      await expect(window.getByLabel('Title')).toHaveValue(arrives ? 'Arrived' : 'Theirs');
      await expect(window.getByRole('textbox', { name: 'Header 1', exact: true })).toHaveCount(
        arrives ? 1 : 0,
      );
      expect([inFile().billing?.title, inFile().billing?.headers]).toEqual(
        arrives ? ['Arrived', { 'X-Region': 'eu' }] : ['Theirs', undefined],
      );
    }
  },
);

test(
  verifies(['UIX-06', 'SEC-05'], 'a secret is replaced: open sessions send the new one, and none comes back'),
  async () => {
    const { window, running } = scene;
    const [first, second] = SECRETS;
    await show(window, 'backends/billing/edit');
    await window.getByRole('button', { name: 'Add a secret header' }).click();
    await window.getByRole('textbox', { name: 'Header 1', exact: true }).last().fill('X-Key');
    await window.getByLabel('Value of X-Key').fill(first);
    await save(window);
    await heading(window, 'billing');
    const session = await running.gateway.open({ token: running.gateway.token('cursor') });
    expect((await session.list('tools')).status).toBe(200);
    expect(lastKey()).toBe(first);

    const secrets = window.getByRole('list', { name: 'Secrets' });
    const before = await secrets.locator('code').textContent();
    await window.getByRole('button', { name: 'Replace: X-Key' }).click();
    await window.getByLabel('Secret value of X-Key').fill(second);
    await window.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(secrets.locator('code')).not.toHaveText(before ?? '');
    await expect(async () => {
      await session.call('billing_echo', { message: 'again' });
      expect(lastKey()).toBe(second);
    }).toPass();
    const said = [await window.content(), ...running.told, ...running.gateway.logLines].join('\n');
    for (const secret of SECRETS) expect(said).not.toContain(secret);
  },
);

test('a removed backend is put back where it stood, and its tools are there again', async () => {
  const { window, running } = scene;
  const session = await running.gateway.open({ token: running.gateway.token('cursor') });
  expect((await session.list('tools')).text).toContain('billing_echo');
  await show(window, 'backends/billing');
  await window.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(window.getByText('billing was removed.')).toBeVisible();
  expect(Object.keys(inFile())).toEqual(['first', 'last']);
  expect((await session.list('tools')).text).not.toContain('billing_echo');
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(window.getByText('billing is back.')).toBeVisible();
  expect(Object.keys(inFile())).toEqual(['first', 'billing', 'last']);
  await expect(window.getByRole('list', { name: 'Backends' }).getByRole('listitem')).toContainText([
    'first',
    'billing',
    'last',
  ]);
  expect((await session.list('tools')).text).toContain('billing_echo');
  expect(lastKey()).toBe(SECRETS[1]);
});

function off(url: string) {
  return { type: 'http', url, enabled: false };
}

function lastKey(): string | undefined {
  return backend.requests.at(-1)?.header('X-Key');
}

async function save(window: Page): Promise<void> {
  await window.getByRole('button', { name: 'Save', exact: true }).click();
}

async function heading(window: Page, name: string): Promise<void> {
  await window.getByRole('heading', { name, level: 2, exact: true }).waitFor();
}

async function addHeader(window: Page, name: string, value: string): Promise<void> {
  await window.getByRole('button', { name: 'Add a header', exact: true }).click();
  await window.getByRole('textbox', { name: 'Header 1', exact: true }).fill(name);
  await window.getByRole('textbox', { name: 'Value 1', exact: true }).fill(value);
}
