import type { Locator } from '@playwright/test';
import { verifies } from '../requirements/verifies.ts';
import { expect, secondWindow, show, test } from './window.ts';

test('a pasted address fills the form, and the backend is added', async ({ window, host }) => {
  await show(window, 'backends/+');
  await window.getByLabel('Paste anything').fill('https://weather.example.com/mcp');
  await window.getByRole('button', { name: 'Fill the form' }).click();
  await expect(window.getByLabel('Name', { exact: true })).toHaveValue('weather');
  await expect(window.getByLabel('Address', { exact: true })).toHaveValue('https://weather.example.com/mcp');
  await window.getByRole('button', { name: 'Add it' }).click();
  await expect(window.getByRole('heading', { name: 'weather', level: 2 })).toBeVisible();
  expect(host.world.backends.has('weather')).toBe(true);
});

test(
  verifies(['IMP-01'], 'a pasted command does not run before it was read in full and approved'),
  async ({ window, host, served }) => {
    await show(window, 'backends/+');
    await window.getByLabel('Paste anything').fill('npx -y some-mcp --flag');
    await window.getByRole('button', { name: 'Fill the form' }).click();
    await expect(window.getByLabel('Arguments, one on a line')).toHaveValue('-y\nsome-mcp\n--flag');
    await window.getByRole('button', { name: 'Add it' }).click();
    await expect(window.getByRole('heading', { name: 'some-mcp', level: 2 })).toBeVisible();
    const command = window.getByRole('region', { name: 'This command, exactly' });
    for (const argument of ['npx', '-y', 'some-mcp', '--flag']) {
      await expect(command.getByRole('listitem').filter({ hasText: argument }).first()).toBeVisible();
    }
    expect(host.world.approved.has('some-mcp')).toBe(false);
    await command.getByRole('button', { name: 'Run this command' }).click();
    await expect(command.getByText('Approved')).toBeVisible();
    expect(served.calls.find(({ name }) => name === 'backends.approve')?.input).toEqual({
      name: 'some-mcp',
      approval: 'cmd-some-mcp-1',
    });
  },
);

test(verifies(['UIX-06'], 'a secret is set and no answer ever brings it back'), async ({ window }) => {
  const secret = 'k-9f81-never-again';
  const answers: string[] = [];
  window.on('response', (response) => {
    if (response.url().includes('/control/')) void response.text().then((text) => answers.push(text));
  });
  await show(window, 'backends/crm');
  await window.getByRole('button', { name: 'Set: X-Crm-Key' }).click();
  await window.getByLabel('Secret value of X-Crm-Key').fill(secret);
  await window.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(window.getByText('is set').first()).toBeVisible();
  await show(window, 'backends/crm/edit');
  await expect(window.getByLabel('Value of X-Crm-Key')).toHaveValue('');
  await expect(window.getByLabel('Value of X-Crm-Key')).toHaveAttribute('placeholder', /is set #/);
  await show(window, 'settings/secrets');
  await expect(window.getByText('X-Crm-Key', { exact: true })).toBeVisible();
  expect(answers.length).toBeGreaterThan(3);
  expect(answers.join('\n')).not.toContain(secret);
  expect(await window.content()).not.toContain(secret);
});

/** What Ctrl+V does with this text in the clipboard; true where the field left it to the browser, which takes it. */
async function paste(field: Locator, text: string): Promise<boolean> {
  await field.focus();
  return await field.evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text', pasted);
    const options = { clipboardData, bubbles: true, cancelable: true };
    return element.dispatchEvent(new ClipboardEvent('paste', options));
  }, text);
}

test(
  verifies(['STA-02'], 'line breaks that are pasted along never vanish in silence'),
  async ({ window, served }) => {
    const secret = 'k-7a20-pasted';
    await show(window, 'backends/crm');
    await window.getByRole('button', { name: 'Set: X-Crm-Key' }).click();
    const field = window.getByLabel('Secret value of X-Crm-Key');
    expect(await paste(field, 'one-line')).toBe(true);
    expect(await paste(field, `${secret.slice(0, 4)}\n${secret.slice(4)}`)).toBe(false);
    await expect(window.getByText('The pasted text has a line break at position 5;')).toBeVisible();
    expect(await paste(field, `${secret}\r\n`)).toBe(false);
    await expect(window.getByText('ends with a line break, at position 14.')).toBeVisible();
    await expect(field).toHaveValue('');
    await window.getByRole('button', { name: 'Take it without the line break' }).click();
    await expect(field).toHaveValue(secret);
    await expect(window.getByText('ends with a line break')).toHaveCount(0);
    await window.getByRole('button', { name: 'Save', exact: true }).click();
    await expect(window.getByText('is set').first()).toBeVisible();
    const sent = served.calls.find(({ name }) => name === 'secrets.set')?.input;
    expect(sent).toMatchObject({ name: 'X-Crm-Key', value: secret });

    await show(window, 'backends/billing/edit');
    const plain = window.getByRole('group', { name: 'Plain headers' }).getByLabel('Value 1');
    expect(await paste(plain, 'us\n')).toBe(false);
    await window.getByRole('button', { name: 'Take it without the line break' }).click();
    await expect(plain).toHaveValue('euus');
    await plain.fill('\u00fcber');
    await expect(window.getByText('outside of ASCII at position 1')).toBeVisible();
    await expect(window.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  },
);

test('a plain header becomes a secret one, value and all', async ({ window, host, served }) => {
  await show(window, 'backends/billing/edit');
  await window.getByRole('button', { name: 'Make X-Region secret' }).click();
  await expect(window.getByText('Changed: Headers')).toBeVisible();
  await expect(window.getByText(/open sessions reconnect to billing/)).toBeVisible();
  await window.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(window.getByRole('heading', { name: 'billing', level: 2 })).toBeVisible();
  const { connection } = host.world.backends.get('billing')?.form ?? {};
  expect(connection?.type === 'http' && [connection.headers, connection.secretHeaders]).toEqual([
    [],
    ['X-Billing-Key', 'X-Region'],
  ]);
  const saved = served.calls.find(({ name }) => name === 'backends.edit')?.input;
  expect(saved).toMatchObject({ secrets: [{ kind: 'header', name: 'X-Region', value: 'eu' }] });
});

test(
  verifies(['B45', 'CFG-11', 'CFG-13'], 'mistakes are named while they are typed, and saving waits'),
  async ({ window }) => {
    await show(window, 'backends/billing/edit');
    const save = window.getByRole('button', { name: 'Save', exact: true });
    const address = window.getByLabel('Address', { exact: true });
    await address.fill('ftp://files.example.com');
    await expect(window.getByText('ftp: addresses are not supported.')).toBeVisible();
    await expect(save).toBeDisabled();
    await address.fill('http://127.0.0.1:4780/mcp');
    await expect(window.getByText('This address is the gateway itself')).toBeVisible();
    await address.fill('https://billing.example.com/mcp');

    await window.getByRole('button', { name: 'Add a header', exact: true }).click();
    await window.getByRole('textbox', { name: 'Header 2' }).fill('Host');
    await expect(window.getByText('Host is reserved')).toBeVisible();
    await window.getByRole('textbox', { name: 'Header 2' }).fill('X-Tenant');
    await window.getByRole('textbox', { name: 'Value 2' }).fill('acme');
    await expect(window.getByText(/X-Tenant of backend billing has two sources/)).toBeVisible();
    await expect(save).toBeDisabled();
    await window.getByRole('button', { name: 'Remove X-Tenant' }).click();
    await expect(window.getByText('Nothing is changed yet.')).toBeVisible();
  },
);

test('a removal is taken back within its time', async ({ window, host }) => {
  await show(window, 'backends/search');
  await window.getByRole('button', { name: 'Remove', exact: true }).click();
  await expect(window.getByText('search was removed.')).toBeVisible();
  expect(host.world.backends.has('search')).toBe(false);
  await window.getByRole('button', { name: 'Undo' }).click();
  await expect(window.getByText('search is back.')).toBeVisible();
  expect(host.world.backends.has('search')).toBe(true);
});

test('of two windows with one form the second save is refused, and what was typed stays', async ({
  window,
  browser,
  served,
}) => {
  await show(window, 'backends/billing/edit');
  await window.getByLabel('Title').fill('Mine');
  const other = await secondWindow(browser, served);
  await show(other, 'backends/billing/edit');
  await other.getByLabel('Title').fill('Theirs');
  await other.getByRole('button', { name: 'Save', exact: true }).click();
  await other.getByRole('heading', { name: 'billing', level: 2 }).waitFor();
  await window.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(window.getByRole('alert')).toContainText('Somebody else saved in the meantime');
  await expect(window.getByLabel('Title')).toHaveValue('Mine');
  await window.getByRole('button', { name: 'Load the newest state' }).click();
  await expect(window.getByLabel('Title')).toHaveValue('Theirs');
  await other.context().close();
});

test('a test says step by step what happened and what was sent', async ({ window }) => {
  await show(window, 'backends/billing');
  await window.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(window.getByText('It works')).toBeVisible();
  await window.getByText('Sent, by name and source').click();
  await expect(window.getByRole('listitem').filter({ hasText: 'X-Billing-Key' }).last()).toContainText(
    '#a41f09',
  );
  await show(window, 'backends/search');
  await window.getByRole('button', { name: 'Test', exact: true }).click();
  await expect(window.getByText('It does not work')).toBeVisible();
});

test('signing in shows where to go on a host without a browser', async ({ window }) => {
  await show(window, 'backends/docs');
  await window.getByRole('region', { name: 'Sign-in' }).getByRole('button', { name: 'Sign in' }).click();
  await expect(window.getByText('Waiting for your browser')).toBeVisible();
  await expect(window.getByText('https://id.example.com/authorize?state=abc')).toBeVisible();
  await window.getByRole('button', { name: 'Cancel' }).click();
  await expect(window.getByText('Signed out')).toBeVisible();
});

test('a backend is switched off and on', async ({ window, host }) => {
  await show(window, 'backends/files');
  await window.getByRole('button', { name: 'Switch off' }).click();
  await expect(window.getByText('switched off').first()).toBeVisible();
  expect(host.world.backends.get('files')?.form.enabled).toBe(false);
  await window.getByRole('button', { name: 'Switch on' }).click();
  await expect(window.getByRole('button', { name: 'Switch off' })).toBeVisible();
});

test('a header Authorization is led into the sign-in with one click', async ({ window, served }) => {
  await show(window, 'backends/+');
  await window.getByLabel('Name', { exact: true }).fill('mail');
  await window.getByLabel('Address', { exact: true }).fill('https://mail.example.com/mcp');
  await window.getByRole('button', { name: 'Add a header', exact: true }).click();
  await window.getByLabel('Header 1', { exact: true }).fill('Authorization');
  await window.getByLabel('Value 1', { exact: true }).fill('Bearer abc.def');
  await window.getByRole('button', { name: 'Sign in with a bearer token' }).click();
  await expect(window.getByRole('combobox', { name: 'How this backend is called' })).toBeFocused();
  await expect(window.getByLabel('Header 1', { exact: true })).toHaveCount(0);
  await window.getByRole('button', { name: 'Add it' }).click();
  await expect(window.getByRole('heading', { name: 'mail', level: 2 })).toBeVisible();
  expect(served.calls.find(({ name }) => name === 'backends.add')?.input).toMatchObject({
    form: { connection: { headers: [], auth: { strategy: 'bearer' } } },
    secrets: [{ kind: 'auth', name: 'token', value: 'abc.def' }],
  });
});

test('a backend that asks for credentials nobody configured is signed in to with a click', async ({
  window,
  host,
  served,
}) => {
  const backend = host.world.backends.get('crm');
  if (backend === undefined || backend.form.connection.type === 'stdio') throw new Error('crm is there');
  const { connection } = backend.form;
  backend.form = { ...backend.form, connection: { ...connection, auth: { strategy: 'none' } } };
  backend.status = { state: 'needs-sign-in', reason: 'crm refused it.', fix: 'Sign in.' };
  await window.reload();
  await show(window, 'backends/crm');
  await expect(window.getByRole('link', { name: 'Give it a key or token' })).toBeVisible();
  await window.getByRole('button', { name: 'Sign in with OAuth' }).click();
  await expect(window.getByRole('region', { name: 'Sign-in' })).toBeVisible();
  expect(served.calls.find(({ name }) => name === 'backends.edit')?.input).toMatchObject({
    name: 'crm',
    form: { connection: { auth: { strategy: 'oauth' } } },
  });
  await expect
    .poll(() => served.calls.find(({ name }) => name === 'signIn.start')?.input)
    .toEqual({ backend: 'crm' });
});

test('a small window shows the whole form', async ({ window }) => {
  for (const width of [1000, 910]) {
    await window.setViewportSize({ width, height: 640 });
    await show(window, 'backends/+');
    await expect(window.getByLabel('Paste anything')).toBeFocused();
    const wider = await window.evaluate(`(() => {
      const { scrollWidth, clientWidth } = document.querySelector('section[aria-label="Detail: Backends"]');
      return scrollWidth - clientWidth;
    })()`);
    expect(wider, `at ${width}`).toBeLessThanOrEqual(0);
  }
});
