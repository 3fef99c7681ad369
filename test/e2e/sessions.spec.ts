import { verifies } from '../requirements/verifies.ts';
import { summaryOf } from '../support/fake-host/api-sessions.ts';
import { SAMPLE_VALUES } from '../support/fake-host/sample-sessions.ts';
import { expect, openWindow, show, test, watchFaults } from './window.ts';

const SECRET = SAMPLE_VALUES['X-Mcp-Api-Key'] ?? '';

test(
  verifies(['B40', 'B41', 'B14'], 'captured headers and drift are shown without a value'),
  async ({ window, served }) => {
    await show(window, 'sessions/s-cursor-1');
    const row = window.getByRole('row', { name: /X-Mcp-Api-Key/ }).first();
    await expect(row).toContainText('24 bytes');
    await expect(row).toContainText('#7f3a91');
    await expect(
      window.getByText('The client now sends another value for X-Mcp-Api-Key').first(),
    ).toBeVisible();
    const note = window.getByRole('status').filter({ hasText: 'billing still gets the one captured at' });
    await expect(note).toContainText(/since \d\d:\d\d\. billing still gets the one captured at \d\d:\d\d\./);
    await expect(note.getByRole('button', { name: 'End session' })).toBeVisible();
    await expect(window.getByRole('button', { name: /^billing/ })).toContainText(
      /still gets what was captured at \d\d:\d\d/,
    );
    expect(await window.content()).not.toContain(SECRET);
    expect(served.calls.filter(({ name }) => name === 'sessions.reveal')).toEqual([]);
  },
);

test(
  verifies(['B40', 'B38'], 'a value shows after one click, for 30 s, and is nowhere afterwards'),
  async ({ page, served }) => {
    const faults = watchFaults(page);
    await page.clock.install();
    await openWindow(page, served);
    await show(page, 'sessions/s-cursor-1');
    await page
      .getByRole('button', { name: 'Show the value of X-Mcp-Api-Key for 30 seconds' })
      .first()
      .click();
    await expect(page.getByTestId('revealed')).toContainText(SECRET);
    await page.clock.runFor(15_000);
    await expect(page.getByTestId('revealed')).toContainText('hides in 1');
    await page.clock.runFor(16_000);
    await expect(page.getByTestId('revealed')).toHaveCount(0);
    expect(await page.content()).not.toContain(SECRET);
    const kept = await page.evaluate(
      'JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, document.title])',
    );
    expect(kept).not.toContain(SECRET);
    expect(faults).toEqual([]);
  },
);

test('a shown value goes when the screen is left', async ({ window }) => {
  await show(window, 'sessions/s-cursor-1');
  await window
    .getByRole('button', { name: /Show the value of X-Tenant/ })
    .first()
    .click();
  await expect(window.getByTestId('revealed')).toContainText('acme');
  await show(window, 'overview');
  await show(window, 'sessions/s-cursor-1');
  await expect(window.getByRole('button', { name: /Show the value of X-Tenant/ }).first()).toBeVisible();
  await expect(window.getByTestId('revealed')).toHaveCount(0);
});

test('a backend of a session opens to all that leaves, what does not and why', async ({ window }) => {
  await show(window, 'sessions/s-cursor-1');
  await window.getByRole('button', { name: /^billing/ }).click();
  const sent = window.getByRole('table', { name: 'What leaves for this backend' });
  await expect(
    sent.getByRole('row', { name: /X-Region.*static.*backends\.billing\.headers\.X-Region/ }),
  ).toBeVisible();
  await expect(sent.getByRole('row', { name: /Authorization.*sign-in/ })).toBeVisible();
  await expect(window.getByText('list_invoices did not answer within 60 s.')).toBeVisible();
  await window.getByRole('button', { name: /^files/ }).click();
  await expect(window.getByText('Not applicable: a process takes no headers.')).toBeVisible();
  await expect(window.getByText('X-Tenant reaches it as the variable TENANT.')).toBeVisible();
  await expect(window.getByText('3 lines or messages were left out. The latest line:')).toBeVisible();
  await expect(window.getByText('Secure filesystem server on stdio')).toBeVisible();
});

test('ending a session asks once, and the list follows', async ({ window, host }) => {
  await show(window, 'sessions/s-cursor-1');
  await window.getByRole('button', { name: 'End session' }).first().click();
  const question = window.getByRole('dialog');
  await expect(question).toContainText('capturing its headers afresh');
  await question.getByRole('button', { name: 'End session' }).click();
  await expect(window.getByText('This session has ended')).toBeVisible();
  expect(host.world.sessions.map(({ session }) => session)).not.toContain('s-cursor-1');
});

test('a new session appears by itself, and nothing moves under the pointer', async ({ window, host }) => {
  await show(window, 'sessions/s-cursor-1');
  const [first] = host.world.sessions;
  if (first === undefined) throw new Error('The world has no session');
  const fresh = { ...first, session: 's-new', client: { name: 'windsurf', version: '3' } };
  host.world.sessions = [fresh, ...host.world.sessions];
  host.world.emit('sessions.changed', { sessions: [summaryOf(fresh)], ended: [] });
  await expect(window.getByRole('link', { name: /windsurf/ })).toBeVisible();
  await expect(window.getByRole('heading', { name: /cursor/, level: 2 })).toBeVisible();
});
