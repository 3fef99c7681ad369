import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { afterEach, expect, test, vi } from 'vitest';
import { verifies } from '../requirements/verifies.ts';
import { browse, type Page } from '../support/browser.ts';
import { exchange } from '../support/http-exchange.ts';
import { count, create, opened, setSteer } from '../support/oauth-world.ts';
import { until } from '../support/until.ts';

const NOWHERE: Page = { url: '', status: 0, text: '', headers: new Headers() };
const FIVE_MINUTES = 300_000;

afterEach(() => {
  vi.useRealTimers();
});

/** The page where a person of the n-th sign-in would be: they have not decided yet. */
async function waiting(index = 0): Promise<{ readonly url: URL; readonly back: URL; readonly answer: URL }> {
  await until(() => opened.length > index, 'the browser', 15_000);
  const url = new URL(opened[index] ?? '');
  const back = new URL(url.searchParams.get('redirect_uri') ?? '');
  const answer = new URL(back);
  answer.searchParams.set('state', url.searchParams.get('state') ?? '');
  answer.searchParams.set('code', 'stolen');
  return { url, back, answer };
}

const isOpen = (host: string, port: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(port), host);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });

test(
  verifies(['OAU-08'], 'the callback is one path by GET under our own Host; all else changes nothing'),
  async () => {
    setSteer(async () => NOWHERE);
    using auth = create();
    const result = auth.signIn();
    const { url, back, answer } = await waiting();
    const { port, origin } = back;
    expect(back.href).toBe(`http://127.0.0.1:${port}/callback`);
    const { search } = answer;
    const other = (path: string) => exchange(`${origin}${path}${search}`, { method: 'GET' });
    const named = (host: string) => exchange(answer.href, { method: 'GET', headers: [['Host', host]] });
    const refused = [
      ...(await Promise.all(
        ['/', '/callback/', '/callback/x', '/Callback', '//callback', '/a/../b'].map(other),
      )),
      ...(await Promise.all(
        ['localhost', `localhost:${port}`, '127.0.0.1', `evil.example:${port}`].map(named),
      )),
      ...(await Promise.all(
        ['POST', 'HEAD', 'PUT', 'OPTIONS'].map((method) => exchange(answer.href, { method })),
      )),
    ];
    for (const { status, headers, body } of refused) {
      expect(status).toBe(400);
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['content-security-policy']).toContain("default-src 'none'");
      expect(headers['access-control-allow-origin']).toBeUndefined();
      expect(body.toString()).not.toMatch(/<script|stolen/);
    }
    expect(auth.state).toMatchObject({ state: 'signing-in' });
    expect(count('POST /token')).toBe(0);
    const page = await browse(url.href);
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('<script');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(await result).toMatchObject({ ok: true });
    // Over with the answer: nobody listens, and nothing more is redeemed.
    expect(await isOpen('127.0.0.1', port)).toBe(false);
    expect(count('POST /token')).toBe(1);
  },
);

test(verifies(['OAU-08'], 'it listens on the loopback address and nowhere else'), async () => {
  setSteer(async () => NOWHERE);
  using auth = create();
  const result = auth.signIn();
  const { back } = await waiting();
  expect(await isOpen('127.0.0.1', back.port)).toBe(true);
  const others = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  for (const { address, scopeid } of others) {
    if (address === '127.0.0.1') continue;
    expect(await isOpen(scopeid ? `${address}%${scopeid}` : address, back.port), address).toBe(false);
  }
  expect(await isOpen('127.0.0.2', back.port)).toBe(false);
  await auth.cancelSignIn();
  expect(await result).toMatchObject({ ok: false });
  expect(await isOpen('127.0.0.1', back.port)).toBe(false);
});

test(
  verifies(['OAU-08', 'OAU-02'], "one sign-in's answer is none to another, though both wait"),
  async () => {
    setSteer(async () => NOWHERE);
    using one = create();
    using two = create();
    const results = [one.signIn(), two.signIn()];
    const [first, second] = [await waiting(0), await waiting(1)];
    expect(first.back.port).not.toBe(second.back.port);
    for (const [asked, given] of [
      [first, second],
      [second, first],
    ] as const) {
      expect((await browse(`${asked.back.href}${given.answer.search}`)).status).toBe(400);
    }
    for (const { url } of [first, second]) expect((await browse(url.href)).status).toBe(200);
    expect(await Promise.all(results)).toMatchObject([{ ok: true }, { ok: true }]);
  },
);

test(verifies(['OAU-08'], 'nobody comes back: it closes after five minutes, and says so'), async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  setSteer(async () => NOWHERE);
  using auth = create();
  const result = auth.signIn();
  while (opened.length === 0) await new Promise((resolve) => setImmediate(resolve));
  const { port } = new URL(new URL(opened[0] ?? '').searchParams.get('redirect_uri') ?? '');
  vi.advanceTimersByTime(FIVE_MINUTES - 1_000);
  expect(await isOpen('127.0.0.1', port)).toBe(true);
  vi.advanceTimersByTime(1_001);
  expect(await result).toMatchObject({
    ok: false,
    problems: [{ code: 'auth.sign-in-failed', message: expect.stringContaining('in time') }],
  });
  expect(await isOpen('127.0.0.1', port)).toBe(false);
  expect(auth.state).toMatchObject({ state: 'sign-in-again' });
});
