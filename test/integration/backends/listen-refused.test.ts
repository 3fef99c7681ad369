import { expect, test } from 'vitest';
import { refuseWith } from '../../backends/interceptions.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { until } from '../../support/until.ts';
import { startWireGateway, textOf } from '../../support/wire-gateway.ts';

// Of one mind about GET: there is nothing. One of them says so in the words for a session that is gone.
const noStream = refuseWith(404, {}, ({ httpMethod }) => httpMethod === 'GET');

test('404 on the listening stream means a lost session only where there is a session', async () => {
  await using without = await startPlainBackend({ manners: { sessions: false, intercept: noStream } });
  await using within = await startPlainBackend({ manners: { intercept: noStream } });
  await using gateway = await startWireGateway({
    backends: { without: { type: 'http', url: without.url }, within: { type: 'http', url: within.url } },
  });
  const session = await gateway.open();
  await session.list('tools');
  await until(() => without.requests.some(({ httpMethod }) => httpMethod === 'GET'), 'the GET');
  // The other one forgot its session, as far as HTTP can say: it is opened again, which takes longer than a call.
  await until(() => within.log.of('initialize').length > 1, 'the session to be opened again', 20_000);
  for (const message of ['a', 'b', 'c']) {
    expect(textOf(await session.call('without_echo', { message }))).toBe(message);
  }
  expect(without.log.of('initialize').length).toBe(1);
});
