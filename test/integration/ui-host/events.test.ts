import { expect, test } from 'vitest';
import { httpTransport } from '../../../renderer/host/http-transport.ts';
import { createClient } from '../../../shared/control/create-client.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { value } from '../../support/control.ts';
import { environmentSecrets } from '../../support/gateway.ts';
import { startTestUiHost } from '../../support/ui-host.ts';
import { until } from '../../support/until.ts';

const CANARIES = { captured: 'canary-captured-81f3', secret: 'canary-secret-5d2a' };

test(
  verifies(['B38', 'UIX-06'], 'the window gets live events, and no value in any answer or event on the wire'),
  async () => {
    await using one = await startPlainBackend();
    await using window = await startTestUiHost({
      config: {
        passthroughHeaders: ['X-Key'],
        backends: { one: { type: 'http', url: one.url, secretHeaders: ['X-Secret'] } },
      },
      secrets: environmentSecrets({ one: { headers: { 'X-Secret': CANARIES.secret } } }),
    });
    const wire: string[] = [];
    const transport = httpTransport(await window.signIn(), `${window.origin}/`);
    const client = createClient(async (name, input) => {
      const answer = await transport.send(name, input);
      wire.push(JSON.stringify(answer));
      return answer;
    });
    const events: string[] = [];
    const stop = transport.subscribe(
      (name, payload) => {
        events.push(name);
        wire.push(JSON.stringify(payload));
      },
      (link) => events.push(link),
    );
    await until(() => events.includes('live'));
    const session = await window.running.gateway.open({ headers: [['X-Key', CANARIES.captured]] });
    await session.call('one_echo', { message: 'hello' });
    await until(() =>
      ['sessions.changed', 'activity.appended', 'backends.changed'].every((name) => events.includes(name)),
    );
    const [listed] = (await value(client.sessions.list({}))).sessions;
    const detail = await value(client.sessions.detail({ session: listed?.session ?? '' }));
    expect(detail.captured[0]).toMatchObject({ name: 'X-Key', bytes: CANARIES.captured.length });
    await value(client.status.snapshot({}));
    await value(client.backends.get({ name: 'one' }));
    await value(client.backends.test({ name: 'one' }));
    await value(client.activity.query({}));
    await value(client.settings.supportBundle({}));
    await value(client.headers.plan({}));
    stop();
    expect(wire.length).toBeGreaterThan(8);
    for (const canary of Object.values(CANARIES)) expect(wire.join('\n')).not.toContain(canary);
    const revealed = await value(client.sessions.reveal({ session: listed?.session ?? '', header: 'x-key' }));
    expect(revealed.value).toBe(CANARIES.captured);
    expect(one.requests.some((request) => request.header('X-Secret') === CANARIES.secret)).toBe(true);
  },
);

test('a stream that is cut off is opened again, and ends with the host', async () => {
  const window = await startTestUiHost();
  const links: string[] = [];
  const transport = httpTransport(await window.signIn(), `${window.origin}/`);
  const stop = transport.subscribe(
    () => undefined,
    (link) => links.push(link),
  );
  await until(() => links.includes('live'));
  await window[Symbol.asyncDispose]();
  await until(() => links.includes('lost'));
  stop();
});
