import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { APP_ORIGIN } from '../../electron/desktop/app-scheme.ts';
import { CALL_CHANNEL } from '../../electron/desktop/channels.ts';
import { CONTROL_CODES } from '../../shared/control/control-codes.ts';
import { CALL_NAMES } from '../../shared/control/parse.ts';
import { verifies } from '../requirements/verifies.ts';
import { until } from '../support/until.ts';
import { SAMPLE_INPUTS } from '../unit/control/sample-inputs.ts';
import { type DesktopApp, startApp } from './app.ts';
import type { Sender } from './stand-in/messages.ts';

const SECRET = 'canary-desktop-7b1e';

let app: DesktopApp;
beforeAll(async () => {
  const billing = { type: 'http', url: 'http://127.0.0.1:9/mcp', secretHeaders: ['X-Api-Key'] };
  app = await startApp({
    config: { backends: { billing } },
    env: { PATCHBAY_SECRETS: JSON.stringify({ billing: { headers: { 'X-Api-Key': SECRET } } }) },
  });
});
afterAll(async () => {
  await app[Symbol.asyncDispose]();
});

const REFUSED = { ok: false, error: { code: CONTROL_CODES.invalidInput } };
const OURS = `${APP_ORIGIN}/`;

async function refusals(): Promise<number> {
  return (await app.log()).split('a call from another frame was refused').length - 1;
}

const STRANGERS: readonly (readonly [string, Sender])[] = [
  ['a subframe', { frame: 'subframe', url: OURS }],
  ['a frame that is gone', { frame: 'destroyed', url: OURS }],
  ['no frame', { frame: 'none', url: OURS }],
  ['another window', { frame: 'main', url: OURS, isForeign: true }],
  ['another origin', { frame: 'main', url: 'https://evil.example/' }],
  ['a name that begins like ours', { frame: 'main', url: `${APP_ORIGIN}.evil.example/` }],
  ['another host of our scheme', { frame: 'main', url: 'patchbay-app://other/' }],
  ['a file', { frame: 'main', url: 'file:///patchbay-app://window/' }],
  ['an empty page', { frame: 'main', url: 'about:blank' }],
];

describe('a call', () => {
  test.each(STRANGERS)(
    verifies(['UIX-02'], 'from %s is refused, whatever is called, and logged'),
    async (_name, sender) => {
      const before = await app.readConfig();
      const linesBefore = await refusals();
      const answers = await Promise.all(
        CALL_NAMES.map((name) => app.ask('invoke', sender, CALL_CHANNEL, [name, SAMPLE_INPUTS[name]])),
      );
      expect(answers).toHaveLength(CALL_NAMES.length);
      for (const answer of answers) {
        expect(answer).toMatchObject({ ok: false, error: { message: 'This frame may not call the host.' } });
      }
      expect(await app.readConfig()).toEqual(before);
      await until(async () => (await refusals()) === linesBefore + CALL_NAMES.length);
    },
  );

  test(verifies(['UIX-01'], 'of our page is answered as a tagged result'), async () => {
    expect(await app.call('status.snapshot')).toMatchObject({ ok: true, value: { host: 'desktop' } });
    const answers = await Promise.all([
      app.call('backends.get', { name: 'none' }),
      app.call('backends.list'),
    ]);
    expect(answers).toMatchObject([{ ok: false, error: { code: 'backend.unknown' } }, { ok: true }]);
  });

  test(verifies(['UIX-01'], 'of an unknown name, or on another channel, is refused'), async () => {
    const names = ['nothing.there', 'status.constructor', '__proto__.x', 'toString', '', 7, null, undefined];
    for (const name of names) {
      const answer = await app.ask('invoke', { frame: 'main', url: OURS }, CALL_CHANNEL, [name, {}]);
      expect(answer, String(name)).toMatchObject({ ok: false, error: { code: CONTROL_CODES.unknownCall } });
    }
    expect((await app.ask('recorded')).channels).toEqual([CALL_CHANNEL]);
    await expect(app.ask('invoke', { frame: 'main', url: OURS }, 'get-secret', [])).rejects.toThrow(
      'No handler registered',
    );
  });

  test(
    verifies(['UIX-01'], 'with a key too many, another type or no input is refused for every name'),
    async () => {
      for (const name of CALL_NAMES) {
        const more = { ...SAMPLE_INPUTS[name], more: 1 };
        const polluted: unknown = JSON.parse('{"__proto__":{"polluted":1}}');
        for (const input of [more, 'text', 7, null, undefined, [], new Map(), polluted]) {
          expect(await app.call(name, input ?? null), `${name} ${String(input)}`).toMatchObject(REFUSED);
        }
      }
      const none = await app.ask('invoke', { frame: 'main', url: OURS }, CALL_CHANNEL, ['backends.get']);
      expect(none).toMatchObject(REFUSED);
    },
  );

  test(verifies(['UIX-01'], 'of 50 MB is refused; the host lives'), async () => {
    const answer = await app.call('backends.parsePaste', { text: 'x'.repeat(50 * 1024 * 1024) });
    expect(answer).toMatchObject(REFUSED);
    expect(await app.call('status.snapshot')).toMatchObject({ ok: true });
  });

  test(verifies(['UIX-06'], 'never brings back a stored secret, whatever is asked'), async () => {
    const asked = CALL_NAMES.filter(
      (name) => !/\.(remove|apply|end|undo|revoke|restore|connect)$/.test(name),
    );
    const answers = await Promise.all(asked.map((name) => app.call(name, SAMPLE_INPUTS[name])));
    expect(answers.filter(({ ok }) => ok).length).toBeGreaterThan(15);
    expect(JSON.stringify(answers)).not.toContain(SECRET);
    expect(JSON.stringify(app.messages)).not.toContain(SECRET);
    expect(JSON.stringify(await app.call('secrets.status', {}))).toContain('X-Api-Key');
    expect(await app.log()).not.toContain(SECRET);
  });
});
