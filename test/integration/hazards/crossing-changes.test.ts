import { expect, test } from 'vitest';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { startTestGateway } from '../../support/gateway.ts';
import { until } from '../../support/until.ts';

test(
  verifies(['HTP-07'], 'a list that changes while that of another backend is read is not left out'),
  async () => {
    await using one = await startPlainBackend();
    await using two = await startPlainBackend();
    const entry = ({ url }: { url: string }) => ({ type: 'http', url });
    await using gateway = await startTestGateway({
      config: { backends: { one: entry(one), two: entry(two) } },
    });
    const session = await gateway.open();
    const lists = gateway.patchbay.gateway.sessions.get(session.id ?? '')?.lists;
    const partsOf = (): string[] => (lists?.parts('prompts') ?? []).map(({ backend }) => backend);
    await until(() => one.openStreams() > 0, 'the stream to the backend');
    const reading = two.hold('prompts/list');
    const listed = session.list('prompts');
    const called = session.request('prompts/get', { name: 'one_greet', arguments: { name: 'you' } });
    await reading.reached;
    await until(() => partsOf().includes('one'), 'the first list');
    one.push('notifications/prompts/list_changed');
    await until(() => !partsOf().includes('one'), 'the change');
    reading.release();
    const { message } = await listed;
    expect(message.result.prompts.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['one_greet', 'two_greet']),
    );
    expect((await called).message.error).toBeUndefined();
    // Later it changes again, and is slow to say how: what was known of it goes to it all the same.
    const slow = one.hold('prompts/list');
    one.push('notifications/prompts/list_changed');
    await until(() => !partsOf().includes('one'), 'the second change');
    expect(lists?.lastKnown('prompts', 'one_greet')).toMatchObject({ backend: 'one', original: 'greet' });
    expect(lists?.lastKnown('prompts', 'two_greet')).toBeUndefined();
    expect(lists?.lastKnown('prompts', 'one_other')).toBeUndefined();
    slow.release();
    await session.delete();
  },
);
