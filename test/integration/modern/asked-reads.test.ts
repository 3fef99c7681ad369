import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  COMPLETE,
  listed,
  type ModernBackend,
  type ModernHandler,
  startModernBackend,
} from '../../backends/modern-backend.ts';
import { RpcFailure } from '../../backends/rpc-message.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import { modernMessages, openModern, sendModern } from '../../support/modern.ts';
import { until } from '../../support/until.ts';

const QUESTION = { method: 'elicitation/create', params: { message: 'PIN?', requestedSchema: {} } };
const inputResponses = { pin: { action: 'accept', content: { answer: '1234' } } };
const uri = 'x://unlisted';
const contents = [{ uri, text: 'read' }];
const lists = {
  'resources/list': () => listed('resources', []),
  'resources/templates/list': () => listed('resourceTemplates', []),
};

let first: ModernBackend;
let asking: ModernBackend;
let gateway: TestGateway;
beforeAll(async () => {
  const refuse: ModernHandler = () => {
    throw new RpcFailure(-32602, 'There is no such resource');
  };
  const ask: ModernHandler = ({ params }) =>
    params.uri === uri && params.requestState === undefined
      ? { resultType: 'input_required', inputRequests: { pin: QUESTION }, requestState: 'of-b1' }
      : { ...COMPLETE, ttlMs: 0, cacheScope: 'private', contents };
  first = await startModernBackend({ ...lists, 'resources/read': refuse });
  asking = await startModernBackend({ ...lists, 'resources/read': ask });
  const backends = { b0: { type: 'http', url: first.url }, b1: { type: 'http', url: asking.url } };
  gateway = await startTestGateway({ config: { backends } });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await asking[Symbol.asyncDispose]();
});

const read = (more: object = {}) =>
  sendModern(gateway.url, 'resources/read', { uri, ...more }, { capabilities: { elicitation: {} } });
const reads = () => [first, asking].map(({ log }) => log.of('resources/read').length);

test('hazard 02: an answer to a question is taken to nobody where nobody asked it', async () => {
  expect((await read({ inputResponses, requestState: 'of-b1' })).error?.code).toBe(-32602);
  expect(reads()).toEqual([0, 0]);
});

test('hazard 02: an answer to the question of a resource that no list has goes to the backend that asked, and to no other', async () => {
  expect((await read()).result).toMatchObject({ resultType: 'input_required', requestState: 'of-b1' });
  expect(reads()).toEqual([1, 1]);
  expect((await read({ inputResponses, requestState: 'of-b1' })).result).toMatchObject({ contents });
  expect(reads()).toEqual([1, 2]);
});

const plain = (address: string) => sendModern(gateway.url, 'resources/read', { uri: address });

test('hazard 09: what no list has is read again where it was read before', async () => {
  const [before, beforeToo] = reads();
  await plain('x://linked');
  await plain('x://linked');
  expect(reads()).toEqual([(before ?? 0) + 1, (beforeToo ?? 0) + 2]);
});

test('hazard 10: what no list has is listened to, and subscribed to, at the backend that has it', async () => {
  const abort = new AbortController();
  const notifications = { resourceSubscriptions: ['x://never-read', 'x://linked'] };
  const listen = await openModern(
    gateway.url,
    'subscriptions/listen',
    { notifications },
    { signal: abort.signal },
  );
  const messages = modernMessages(listen);
  expect((await messages.next()).value?.params).toMatchObject({ notifications });
  abort.abort();
  const session = await gateway.open();
  const subscribed = await session.request('resources/subscribe', { uri: 'x://never-read' });
  expect(subscribed.message).toMatchObject({ result: {} });
  const wanted = (backend: ModernBackend) =>
    backend.log.of('subscriptions/listen').filter(({ body }) => body.includes('x://never-read')).length;
  await until(() => wanted(asking) >= 2);
  expect(wanted(first)).toBe(0);
  await session.delete();
});
