import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import type { LoggedRequest } from '../../backends/request-log.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import type { HeaderLines } from '../../support/http-exchange.ts';
import {
  type IdentityProvider,
  type Person,
  startIdentityProvider,
} from '../../support/identity-provider.ts';
import { openSession, postMessage } from '../../support/session.ts';
import { openWire, requestBytes } from '../../support/wire.ts';

const AUDIENCE = 'https://patchbay.example/mcp';
const ADA: Person = { sub: 'u-ada', email: 'ada@example.org', name: 'Ada' };
const BOB: Person = { sub: 'u-bob', email: 'bob@example.org', name: 'Bob' };
const NAMES = ['X-User-Sub', 'X-User-Email', 'X-User-Name'] as const;
const FORGED: HeaderLines = [
  ['X-User-Sub', 'root'],
  ['x-user-sub', 'root2'],
  ['X_User_Sub', 'root3'],
  ['X-USER-EMAIL', 'root@example.org'],
  ['x-user-name', 'Root'],
  ['X-User-Groups', 'admins'],
  ['Remote-User', 'root'],
];

function identityAt(request: LoggedRequest): (string | undefined)[] {
  return NAMES.map((name) => request.header(name));
}

/** Every distinct identity that reached a backend, as JSON. */
function identitiesAt(backend: PlainBackend): string[] {
  return [...new Set(backend.requests.map((request) => JSON.stringify(identityAt(request))))];
}

const NOBODY = JSON.stringify([undefined, undefined, undefined]);
const asText = ({ sub, email, name }: Person): string => JSON.stringify([sub, email, name]);

describe('callers without claims', () => {
  test(
    verifies(
      ['B53', 'B56', 'IDN-01', 'IDN-02'],
      'anonymous: nothing is injected, and nothing forged gets by',
    ),
    async () => {
      await using auto = await startPlainBackend();
      await using on = await startPlainBackend();
      await using off = await startPlainBackend();
      await using gateway = await startTestGateway({
        config: { passthroughHeaders: ['X-User-Sub', 'X-Tenant'], backends: threeOf({ auto, on, off }) },
      });
      const session = await gateway.open({ headers: FORGED });
      await session.call('on_echo', { message: 'a' });
      await session.list('prompts');
      await session.delete();
      for (const backend of [auto, on, off]) {
        expect(identitiesAt(backend)).toEqual([NOBODY]);
        for (const { rawHeaders } of backend.requests) expect(rawHeaders.join()).not.toMatch(/root|admins/i);
      }
    },
  );

  test(
    verifies(
      ['B54', 'IDN-02'],
      'a local token: nothing with auto, the OS user with on, each backend for itself',
    ),
    async () => {
      await using auto = await startPlainBackend();
      await using on = await startPlainBackend();
      await using off = await startPlainBackend();
      await using gateway = await startTestGateway({
        tokens: ['cursor'],
        config: { backends: threeOf({ auto, on, off }) },
      });
      const session = await gateway.open({ token: gateway.token('cursor'), headers: FORGED });
      await session.call('on_echo', { message: 'a' });
      const { username } = userInfo();
      expect(identitiesAt(on)).toEqual([JSON.stringify([username, undefined, username])]);
      for (const backend of [auto, off]) expect(identitiesAt(backend)).toEqual([NOBODY]);
      // The caller's token for us never leaves (contract section 4).
      for (const backend of [auto, on, off]) {
        for (const request of backend.requests) expect(request.header('Authorization')).toBeUndefined();
      }
    },
  );
});

describe('callers with verified claims', () => {
  let idp: IdentityProvider;
  beforeAll(async () => {
    idp = await startIdentityProvider({
      clients: [{ client_id: 'direct', client_secret: 's', redirect_uris: ['http://127.0.0.1/cb'] }],
    });
  });
  afterAll(() => idp[Symbol.asyncDispose]());

  const tokenOf = (person: Person): Promise<string> => idp.accessToken(person, AUDIENCE);
  function gatewayFor(backends: Record<string, PlainBackend>): Promise<TestGateway> {
    const auth = { mode: 'oidc', issuer: idp.issuer, audience: AUDIENCE };
    return startTestGateway({ config: { gateway: { auth }, backends: threeOf(backends) } });
  }

  test(
    verifies(
      ['B51', 'B56', 'IDN-01', 'IDN-05', 'AOU-04'],
      'the verified claims reach opted-in backends, no forgery does',
    ),
    async () => {
      await using auto = await startPlainBackend();
      await using off = await startPlainBackend();
      await using gateway = await gatewayFor({ auto, off });
      const token = await tokenOf(ADA);
      const headers = { 'X-User-Sub': 'root', x_user_email: 'root@example.org', 'X-User-Name': 'Root' };
      {
        await using connected = await connectV1(gateway.url, { token, headers });
        await connected.client.callTool({ name: 'auto_echo', arguments: { message: 'a' } });
        await auto.log.waitFor('GET');
      }
      await auto.log.waitFor('DELETE');
      const session = await gateway.open({
        token,
        headers: [...FORGED, ['Connection', 'close, x-user-sub']],
      });
      await session.call('auto_echo', { message: 'a' });
      expect(identitiesAt(auto)).toEqual([asText(ADA)]);
      expect(identitiesAt(off)).toEqual([NOBODY]);
      for (const request of [...auto.requests, ...off.requests]) {
        expect(request.rawHeaders.join()).not.toMatch(/root|admins/i);
        expect(request.rawHeaders.join()).not.toContain(token);
      }
      expect(gateway.logLines.join()).not.toContain(token);
    },
  );

  test(
    verifies(['B52', 'B57', 'IDN-03'], 'empty, missing and unsendable claims are absent, a name is encoded'),
    async () => {
      await using auto = await startPlainBackend();
      await using gateway = await gatewayFor({ auto });
      const cases: [Person, (string | undefined)[]][] = [
        [{ sub: 'u-1', email: '', name: 'Plain' }, ['u-1', undefined, 'Plain']],
        [{ sub: 'u-2' }, ['u-2', undefined, undefined]],
        [
          { sub: 'u-3', email: 'c@example.org', name: 'Zoë' },
          ['u-3', 'c@example.org', '=?utf-8?q?Zo=C3=AB?='],
        ],
        [{ sub: 'u-4', name: 'Eve\r\nX-Admin: yes' }, ['u-4', undefined, undefined]],
      ];
      for (const [person, expected] of cases) {
        const session = await gateway.open({ token: await tokenOf(person), headers: FORGED });
        const { message } = await session.call('auto_echo', { message: person.sub });
        expect(message.result.content[0].text).toBe(person.sub);
        const request = auto.log.of('tools/call').at(-1) as LoggedRequest;
        expect(identityAt(request)).toEqual(expected);
        expect(request.header('X-Admin')).toBeUndefined();
      }
      // The claim that was left out is told by the header's name (contract 3.6).
      expect(gateway.logLines.join('\n')).toContain('X-User-Name was left out');
      expect(gateway.logLines.join('\n')).not.toContain('X-Admin');
    },
  );

  test(
    verifies(
      ['B58', 'B59', 'IDN-07'],
      'a refreshed token counts at once; another subject gets 404 and ours lives',
    ),
    async () => {
      await using auto = await startPlainBackend();
      await using gateway = await gatewayFor({ auto });
      const session = await openSession(gateway.url, { openingHeaders: await bearer(ADA) });
      const later = { ...ADA, name: 'Ada Lovelace' };
      await session.call('auto_echo', { message: 'a' }, { headers: await bearer(later) });
      expect(identityAt(auto.log.of('tools/call')[0] as LoggedRequest)).toEqual([
        ADA.sub,
        ADA.email,
        later.name,
      ]);
      const stranger = await session.call('auto_echo', { message: 'b' }, { headers: await bearer(BOB) });
      expect(stranger.status).toBe(404);
      expect(await session.delete({ headers: await bearer(BOB) })).toBe(404);
      const mine = await session.call('auto_echo', { message: 'c' }, { headers: await bearer(ADA) });
      expect(mine.message.result.content[0].text).toBe('c');
      expect(auto.log.of('tools/call')).toHaveLength(2);
      // Teardown by the gateway itself has no caller: the owner's identity stands in.
      const [state] = gateway.patchbay.gateway.sessions.all();
      if (state !== undefined) await gateway.patchbay.gateway.end(state, 'test');
      expect(identityAt(await auto.log.waitFor('DELETE'))).toEqual([ADA.sub, ADA.email, ADA.name]);
    },
  );

  test(
    verifies(['AIN-03'], 'why a token is refused stands in our log alone, without the token'),
    async () => {
      await using gateway = await gatewayFor({});
      const foreign = await idp.accessToken(ADA, 'https://other.example/');
      const cases = [
        [foreign, 'the claim aud is missing or wrong'],
        ['no-jwt-at-all', 'the token is no JWT'],
      ] as const;
      for (const [token, reason] of cases) {
        const { opening } = await openSession(gateway.url, { token });
        expect(opening.status).toBe(401);
        expect(opening.text + JSON.stringify(opening.headers)).not.toContain(reason);
        const [line = '', ...others] = gateway.logLines.filter((text) => text.includes(reason));
        expect(JSON.parse(line)).toMatchObject({ level: 'warn', code: 'auth.invalid', status: 401, reason });
        expect(others).toEqual([]);
        expect(gateway.logLines.join()).not.toContain(token);
      }
    },
  );

  test(
    verifies(['B60'], 'two principals on one TCP connection: each call carries its own identity'),
    async () => {
      await using auto = await startPlainBackend();
      await using gateway = await gatewayFor({ auto });
      const people = await Promise.all(
        [ADA, BOB].map(async (person) => {
          const token = await tokenOf(person);
          return { person, token, session: await gateway.open({ token }) };
        }),
      );
      using wire = await openWire(gateway.url);
      const asked = Array.from({ length: 20 }, (_, index) => people[index % 2] as (typeof people)[number]);
      for (const [index, { person, token, session }] of asked.entries()) {
        const headers: HeaderLines = [
          ['Host', new URL(gateway.url).host],
          ['Content-Type', 'application/json'],
          ['Accept', 'application/json, text/event-stream'],
          ['Authorization', `Bearer ${token}`],
          ['Mcp-Session-Id', session.id ?? ''],
        ];
        const params = { name: 'auto_echo', arguments: { message: person.sub } };
        const body = JSON.stringify({ jsonrpc: '2.0', id: `one-${index}`, method: 'tools/call', params });
        await wire.send(requestBytes('POST', '/mcp', headers, body));
        expect((await wire.response()).body.toString()).toContain(person.sub);
      }
      const calls = auto.log.of('tools/call');
      expect(calls).toHaveLength(20);
      for (const call of calls) {
        expect(call.rpc?.params.arguments).toEqual({ message: call.header('X-User-Sub') });
      }
      // Two principals never share a connection to a backend either (contract 3.5, PAS-04).
      const ports = (sub: string) =>
        calls.filter((call) => call.header('X-User-Sub') === sub).map((c) => c.remotePort);
      expect(ports('u-ada').filter((port) => ports('u-bob').includes(port))).toEqual([]);
    },
  );

  test(
    verifies(['SES-12', 'B31'], 'the same subject of another issuer is another principal: 404'),
    async () => {
      await using other = await startIdentityProvider({
        clients: [{ client_id: 'direct', client_secret: 's', redirect_uris: ['http://127.0.0.1/cb'] }],
      });
      await using auto = await startPlainBackend();
      await using gateway = await gatewayFor({ auto });
      const session = await openSession(gateway.url, { openingHeaders: await bearer(ADA) });
      const auth = { mode: 'oidc', issuer: other.issuer, audience: AUDIENCE };
      await gateway.rewrite({ gateway: { auth }, backends: threeOf({ auto }) });
      const foreign = await other.accessToken(ADA, AUDIENCE);
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
      const headers: HeaderLines = [
        ['Authorization', `Bearer ${foreign}`],
        ['Mcp-Session-Id', session.id ?? ''],
      ];
      expect((await postMessage(gateway.url, body, headers)).status).toBe(404);
    },
  );

  async function bearer(person: Person): Promise<HeaderLines> {
    return [['Authorization', `Bearer ${await tokenOf(person)}`]];
  }
});

function threeOf(backends: Record<string, PlainBackend>): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(backends).map(([name, { url }]) => [name, { type: 'http', url, identityHeaders: name }]),
  );
}
