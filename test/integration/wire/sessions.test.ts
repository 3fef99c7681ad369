import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import type { Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';
import { startWireGateway, textOf, type WireGateway } from '../../support/wire-gateway.ts';
import { type Attempt, INITIALIZE, make } from './attempt.ts';

let backend: PlainBackend;
let gateway: WireGateway;
let session: Session;

beforeAll(async () => {
  backend = await startPlainBackend();
  gateway = await startWireGateway({ backends: { one: { type: 'http', url: backend.url } } });
  session = await gateway.open();
  await session.list('tools');
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await backend.close();
});

const withId = (id: string | undefined): Attempt => ({
  replace: [['Mcp-Session-Id', id]],
  body: '{"jsonrpc":"2.0","id":4,"method":"tools/list"}',
});
const bare = (method: string, id: string | undefined): Attempt => ({
  method,
  body: undefined,
  replace: [['Mcp-Session-Id', id]],
});

describe('session ids', () => {
  test(verifies(['SES-01'], 'are asked for: 400 without one, on every method'), async () => {
    expect(await make(gateway, withId(undefined), session)).toMatchObject({ status: 400, code: -32600 });
    for (const method of ['GET', 'DELETE']) {
      expect((await make(gateway, bare(method, undefined), session)).status).toBe(400);
    }
  });

  const hostile = [
    '../../etc/passwd',
    '__proto__',
    'constructor',
    "' OR 1=1 --",
    '{"$ne":null}',
    '%00',
    '*',
    'undefined',
  ];
  test.each([...hostile, '[object Object]', '0', randomUUID(), 'a'.repeat(8_192)])(
    verifies(['SES-01', 'B68'], 'are 404 with -32001 when nobody has them: %s'),
    async (id) => {
      const outcome = await make(gateway, withId(id), session);
      expect(outcome).toMatchObject({ status: 404, code: -32001 });
      expect(outcome.text).toContain('"id":4');
      for (const method of ['GET', 'DELETE']) {
        expect((await make(gateway, bare(method, id), session)).status).toBe(404);
      }
    },
  );

  test(verifies(['SES-01', 'B68'], 'are compared whole: no prefix, no suffix, no other case'), async () => {
    const id = session.id ?? '';
    const other = id === id.toUpperCase() ? id.toLowerCase() : id.toUpperCase();
    for (const near of [id.slice(0, -1), `${id}a`, other, `${id},${id}`, `"${id}"`]) {
      expect((await make(gateway, withId(near), session)).status).toBe(404);
    }
  });

  test(verifies(['SES-02'], 'are never chosen by the client'), async () => {
    const chosen = randomUUID();
    const outcome = await make(gateway, { add: [['Mcp-Session-Id', chosen]], body: INITIALIZE });
    expect(outcome.status).toBe(200);
    expect(outcome.response?.header('mcp-session-id')).not.toBe(chosen);
    expect((await make(gateway, withId(chosen), session)).status).toBe(404);
  });

  test(verifies(['SES-03'], 'are random, long enough and visible ASCII'), async () => {
    const opened = await Promise.all(Array.from({ length: 10 }, () => gateway.open()));
    const ids = opened.map(({ id }) => id ?? '');
    expect(new Set(ids).size).toBe(10);
    for (const id of ids) expect(id).toMatch(/^[\x21-\x7e]{22,128}$/);
    // 128 bits of chance leave no position at which ten ids agree for long.
    const shared = [...(ids[0] ?? '')].filter((char, at) => ids.every((id) => id[at] === char)).length;
    expect(shared).toBeLessThan(4);
    await Promise.all(opened.map((one) => one.delete()));
  });

  test(verifies(['SES-01'], 'do not count in the query, in a cookie or in the body'), async () => {
    const places: Attempt[] = [
      { ...withId(undefined), target: `/mcp?sessionId=${session.id}&Mcp-Session-Id=${session.id}` },
      { ...withId(undefined), add: [['Cookie', `Mcp-Session-Id=${session.id}`]] },
      {
        ...withId(undefined),
        body: `{"jsonrpc":"2.0","id":4,"method":"ping","params":{"sessionId":"${session.id}"}}`,
      },
    ];
    for (const place of places) expect((await make(gateway, place, session)).status).toBe(400);
  });

  test(verifies(['SES-16'], 'stand once: two live ones in one request are refused'), async () => {
    const other = await gateway.open();
    const two: Attempt = { ...withId(session.id), add: [['Mcp-Session-Id', other.id ?? '']] };
    expect((await make(gateway, two, session)).status).toBe(400);
    await other.delete();
  });
});

describe('the life of a session', () => {
  test(verifies(['SES-06'], 'is not begun twice: initialize on a live session is refused'), async () => {
    const size = gateway.patchbay.gateway.sessions.size();
    const outcome = await make(gateway, { body: INITIALIZE }, session);
    expect(outcome).toMatchObject({ status: 400, code: -32600 });
    expect(outcome.text).toContain('"id":"first"');
    expect(gateway.patchbay.gateway.sessions.size()).toBe(size);
    expect((await session.request('ping')).message.result).toEqual({});
  });

  test(verifies(['SES-01'], 'does not begin with a notification or with broken params'), async () => {
    const size = gateway.patchbay.gateway.sessions.size();
    const bodies = [
      INITIALIZE.replace('"id":"first",', ''),
      '{"jsonrpc":"2.0","id":5,"method":"initialize","params":"nonsense"}',
      '{"jsonrpc":"2.0","id":5,"method":"initialize"}',
      '{"jsonrpc":"2.0","id":5,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":[],"clientInfo":{}}}',
    ];
    for (const body of bodies) {
      const outcome = await make(gateway, { body });
      expect(outcome.status).toBe(400);
      expect(outcome.response?.header('mcp-session-id')).toBeUndefined();
    }
    expect(gateway.patchbay.gateway.sessions.size()).toBe(size);
  });

  test(verifies(['SES-08', 'SES-01'], 'ends with DELETE, once, for itself alone'), async () => {
    const [one, other] = [await gateway.open(), await gateway.open()];
    expect(await one.delete()).toBe(204);
    expect(await one.delete()).toBe(404);
    expect((await one.request('ping')).status).toBe(404);
    expect((await one.stream()).status).toBe(404);
    expect((await other.request('ping')).status).toBe(200);
    await other.delete();
  });

  test(verifies(['SES-08'], 'ends its running calls with -32000 and its streams'), async () => {
    const ending = await gateway.open();
    const stream = await ending.stream();
    const held = backend.hold('tools/call');
    const call = ending.call('one_echo', { message: 'never' });
    await held.reached;
    expect(await ending.delete()).toBe(204);
    expect((await call).message.error?.code).toBe(-32000);
    await stream.ended;
    held.release();
  });
});

describe('two sessions', () => {
  test(verifies(['SES-04'], 'use equal request ids at once and get their own answers'), async () => {
    const [alpha, beta] = [await gateway.open(), await gateway.open()];
    const ask = async (one: Session, word: string, id: number): Promise<string> => {
      const params = { name: 'one_echo', arguments: { message: `${word}-${id}` } };
      const reply = await one.post(JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/call', params }));
      expect(reply.message.id).toBe(id);
      return textOf(reply);
    };
    const ids = Array.from({ length: 30 }, (_, id) => id);
    const answers = await Promise.all(ids.flatMap((id) => [ask(alpha, 'alpha', id), ask(beta, 'beta', id)]));
    expect(answers).toEqual(ids.flatMap((id) => [`alpha-${id}`, `beta-${id}`]));
    await Promise.all([alpha.delete(), beta.delete()]);
  });

  test(
    verifies(['SES-09', 'B63'], 'hazard 29: of two callers are closed to each other: 404 on every method'),
    async () => {
      const replace = [['Authorization', `Bearer ${gateway.otherToken}`]] as const;
      const attempts: Attempt[] = [
        { replace },
        { replace, method: 'GET', body: undefined },
        { replace, method: 'DELETE', body: undefined },
        { replace, body: '{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}' },
        { replace, body: '{"jsonrpc":"2.0","id":0,"result":{}}' },
      ];
      for (const attempt of attempts) {
        expect(await make(gateway, attempt, session)).toMatchObject({ status: 404, code: -32001 });
      }
      expect((await session.request('ping')).status).toBe(200);
    },
  );

  test(
    verifies(
      ['AIN-01'],
      'need the token in its field: not in the query, a cookie, the body or another field',
    ),
    async () => {
      const { token } = gateway;
      const without: Attempt = { replace: [['Authorization', undefined]] };
      const places: Attempt[] = [
        { ...without, target: `/mcp?access_token=${token}&token=${token}` },
        ...['Cookie', 'Proxy-Authorization', 'X-Api-Key', 'X-Forwarded-Authorization'].map(
          (name): Attempt => {
            const value = name === 'Cookie' ? `token=${token}; access_token=${token}` : `Bearer ${token}`;
            return { ...without, add: [[name, value]] };
          },
        ),
        { ...without, body: `{"jsonrpc":"2.0","id":4,"method":"ping","params":{"access_token":"${token}"}}` },
      ];
      for (const place of places) {
        const { status, response } = await make(gateway, place, session);
        expect(status).toBe(401);
        const challenge = response?.headers.find(([name]) => name.toLowerCase() === 'www-authenticate')?.[1];
        expect(challenge).toMatch(/^Bearer realm="patchbay"/);
        expect(challenge).not.toContain(token);
      }
    },
  );

  test(verifies(['AIN-01'], 'need the token on every request, session or not'), async () => {
    for (const method of ['POST', 'GET', 'DELETE']) {
      const attempt: Attempt = { method, replace: [['Authorization', undefined]] };
      const body = method === 'POST' ? {} : { body: undefined };
      expect((await make(gateway, { ...attempt, ...body }, session)).status).toBe(401);
    }
    expect((await session.request('ping')).status).toBe(200);
  });
});

describe('listening streams', () => {
  const news = (data: string): void => backend.push('notifications/message', { level: 'info', data });
  const told = (stream: { messages(): readonly { params?: Record<string, unknown> }[] }): unknown[] =>
    stream.messages().map(({ params }) => params?.data);

  test(verifies(['TRN-17'], 'two at once: both stay open and no message is sent twice'), async () => {
    const own = await gateway.open();
    await using first = await own.stream();
    await until(() => backend.openStreams() > 1, 'the stream to the backend');
    news('one');
    await first.waitFor(({ params }) => params?.data === 'one');
    await using second = await own.stream();
    news('two');
    await second.waitFor(({ params }) => params?.data === 'two');
    expect([first.status, second.status]).toEqual([200, 200]);
    expect([...told(first), ...told(second)].sort()).toEqual(['one', 'two']);
    await second.close();
    // The gateway may notice the end of the second one a moment later than its reader.
    await until(() => {
      news('three');
      return told(first).includes('three');
    }, 'a message on the first stream again');
    await own.delete();
  });

  test(
    verifies(['TRN-18'], 'an event id of another session, or a guess, replays nothing of it'),
    async () => {
      const [talkative, curious] = [await gateway.open(), await gateway.open()];
      await using stream = await talkative.stream();
      const before = await curious.stream();
      await until(() => backend.openStreams() > 2, 'the streams to the backend');
      news('secret');
      await stream.waitFor(({ params }) => params?.data === 'secret');
      await before.waitFor(({ params }) => params?.data === 'secret');
      await before.close();
      const own = before.events.at(-1)?.id ?? '';
      const foreign = stream.events.flatMap(({ id }) => (id === undefined ? [] : [id]));
      const tag = foreign[0]?.split('-')[0];
      const guesses = [
        ...foreign,
        `${tag}-0`,
        '0',
        '-1',
        '9'.repeat(40),
        `${talkative.id}`,
        `${talkative.id}_0`,
        own,
      ];
      for (const lastEventId of guesses) {
        await using again = await curious.stream({ lastEventId });
        expect(again.status).toBe(200);
        // A message that is sent now comes after whatever would have been replayed.
        curious.notify('notifications/initialized').catch(() => undefined);
        news('now');
        await again.waitFor(({ params }) => params?.data === 'now');
        expect(told(again)).not.toContain('secret');
      }
      await Promise.all([talkative.delete(), curious.delete()]);
    },
  );

  test(verifies(['TRN-18'], 'an event id of its own replays what came after it, in order'), async () => {
    const own = await gateway.open();
    const stream = await own.stream();
    await until(() => backend.openStreams() > 1, 'the stream to the backend');
    news('one');
    news('two');
    news('three');
    await stream.waitFor(({ params }) => params?.data === 'three');
    await stream.close();
    const first = stream.events.find(({ data }) => data?.includes('"one"'));
    await using again = await own.stream({ lastEventId: first?.id ?? '' });
    await again.waitFor(({ params }) => params?.data === 'three');
    expect(told(again)).toEqual(['two', 'three']);
    await own.delete();
  });

  test(verifies(['TRN-15'], 'events with line ends in their data stay one event each'), async () => {
    const own = await gateway.open();
    await using stream = await own.stream();
    await until(() => backend.openStreams() > 1, 'the stream to the backend');
    const odd = 'a\nb\r\nc\u2028d\n\nevent: forged\ndata: {}';
    news(odd);
    await stream.waitFor(({ params }) => params?.data === odd);
    expect(stream.events.filter(({ data }) => data !== undefined)).toHaveLength(1);
    await own.delete();
  });
});
