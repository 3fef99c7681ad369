import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { UPSTREAM_SECRET } from '../../../electron/secrets/gateway-secrets.ts';
import { Secret } from '../../../electron/secrets/secret.ts';
import { verifies } from '../../requirements/verifies.ts';
import { browse } from '../../support/browser.ts';
import { filesUnder, findCanaries, type Place, processPlaces } from '../../support/canary.ts';
import { value } from '../../support/control.ts';
import { openSession, type Session } from '../../support/session.ts';
import { until } from '../../support/until.ts';
import { openStore } from '../../support/with-keyring.ts';
import { post, signInToGateway } from './person.ts';
import { BACKENDS, EXCHANGED, KEPT, SENT } from './values.ts';
import { AUDIENCE, type CanaryWorld, startCanaryWorld } from './world.ts';

const PERSON = { sub: 'u-1', email: 'jo@example.org', name: 'Jo' };
const LIMIT = 300_000;

let world: CanaryWorld;
/** What may be nowhere, by a name. */
const canaries = new Map<string, string>(
  Object.entries({ ...KEPT, ...SENT, exchanged: EXCHANGED, password: KEPT.password }),
);
/** Answers to clients, and what was seen of processes while they ran. */
const places: Place[] = [];
/** Tokens with which callers came: of no use to anybody but the gateway. */
const incoming = new Set<string>();

beforeAll(async () => {
  world = await startCanaryWorld();
}, LIMIT);
afterAll(() => world?.[Symbol.asyncDispose](), LIMIT);

async function open(given?: string): Promise<Session> {
  const token = given ?? (await world.idp.accessToken(PERSON, AUDIENCE));
  incoming.add(token);
  canaries.set(`caller's token ${incoming.size}`, token);
  const openingHeaders = [
    ['X-Tenant', SENT.captured],
    ['X-Not-Listed', SENT.ignored],
  ] as const;
  const session = await openSession(world.gateway.ready.url, { token, openingHeaders });
  places.push(['answer to initialize', Buffer.from(session.opening.text)]);
  return session;
}

/** Calls a tool of every backend, and notes what came back. */
async function callAll(session: Session): Promise<void> {
  const calls = BACKENDS.map(async (name): Promise<Place> => {
    const { text } = await session.call(`${name}_echo`, { message: 'hello' });
    return [`answer of ${name}`, Buffer.from(text)];
  });
  places.push(...(await Promise.all(calls)));
}

/** Asks the control API for everything that it shows without being asked for a value, and looks at all processes. */
async function lookAtEverything(): Promise<void> {
  const { client } = world;
  const { backends } = await value(client.backends.list({}));
  await Promise.all(backends.map(({ name }) => client.backends.get({ name })));
  for (const { session } of (await value(client.sessions.list({}))).sessions) {
    await client.sessions.detail({ session });
  }
  await Promise.all([
    client.status.snapshot({}),
    client.headers.list({}),
    client.headers.seen({}),
    client.tools.catalog({}),
    client.tools.call({ tool: 'none_headers', argumentsJson: '{}' }),
    client.activity.query({}),
    client.activity.export({ format: 'csv' }),
    client.activity.export({ format: 'jsonl' }),
    client.settings.get({}),
    client.settings.keychain({}),
    client.tokens.list({}),
    client.signIn.status({}),
    client.secrets.status({}),
  ]);
  await Promise.all(BACKENDS.map((name) => client.backends.test({ name })));
  await value(client.settings.supportBundle({}));
  places.push(...(await processPlaces(world.gateway.pid)));
}

/** One round of everything, with the session from before and one that is opened now. */
async function round(earlier: Session): Promise<void> {
  await callAll(earlier);
  await callAll(await open());
  await lookAtEverything();
}

test(
  verifies(
    ['SEC-05', 'AOU-04', 'B38'],
    'no secret, token or captured value is anywhere outside of the keychain, whatever worked or failed',
  ),
  async () => {
    const { client, backend, idp, keyring, gateway } = world;

    // Everything works, and every value gets where it belongs.
    const started = await value(client.signIn.start({ backend: 'oauth' }));
    canaries.set(
      'authorization code',
      new URL((await browse(started.address ?? '')).url).searchParams.get('code') ?? '',
    );
    const signIn = async () =>
      (await value(client.signIn.status({ backend: 'oauth' }))).backends[0]?.status.state;
    await until(async () => (await signIn()) === 'signed-in', 'the sign-in', 20_000);
    const first = await open();
    const working = BACKENDS.filter((name) => name !== 'upstream');
    const listed = async () => {
      const { text } = await first.list('tools');
      return working.every((name) => text.includes(`${name}_echo`));
    };
    await until(listed, 'the tools of all', 30_000);
    await callAll(first);
    await lookAtEverything();
    const sent = (): readonly string[] => backend.requests.flatMap(({ rawHeaders }) => rawHeaders);
    const basic = Buffer.from(`jo:${KEPT.password}`).toString('base64');
    const credentials = [`Bearer ${KEPT.bearer}`, KEPT.header, `Basic ${basic}`, `Bearer ${EXCHANGED}`];
    for (const expected of [...credentials, KEPT.static, SENT.captured]) expect(sent()).toContain(expected);
    // The sign-in's and the machine's tokens as well.
    const bearers = new Set(sent().filter((text) => text.startsWith('Bearer ')));
    expect([...idp.given.values()].filter((token) => bearers.has(`Bearer ${token}`)).length).toBeGreaterThan(
      1,
    );

    // Callers that are refused.
    const stranger = await openSession(gateway.ready.url, { token: SENT.wrongToken });
    expect(stranger.opening.status).toBe(401);
    places.push(['answer to a stranger', Buffer.from(stranger.opening.text)]);

    // A backend that refuses, and repeats what it got.
    const { manners } = backend;
    manners.takeOver = (request, response) => {
      const said = request.header('authorization') ?? request.header('x-own-key') ?? EXCHANGED;
      const challenge = `Bearer error="${said}", error_description="${request.header('x-tenant')}"`;
      response.writeHead(401, { 'WWW-Authenticate': challenge }).end(request.rawHeaders.join('\n'));
      return true;
    };
    await round(first);

    // One that breaks down with all that it knows, one that answers with it, and one that is gone.
    manners.takeOver = (request, response) => {
      response.writeHead(500, { 'Content-Type': 'text/plain' }).end(request.rawHeaders.join('\n'));
      return true;
    };
    await round(first);
    manners.takeOver = (request, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' });
      response.end(`{"jsonrpc":"2.0",${request.rawHeaders.join(' ')}`);
      return true;
    };
    await round(first);
    manners.takeOver = (_, response) => {
      response.destroy();
      return true;
    };
    await round(first);
    manners.takeOver = () => false;

    // A provider whose answers cannot be read, that breaks down, or that refuses, each with words that say too much.
    idp.refuses = true;
    const asked = idp.requests.length;
    await round(first);
    expect(idp.requests.slice(asked)).toEqual(expect.arrayContaining(['POST /token', 'POST /exchange']));
    idp.refuses = false;

    // The gateway's own authorization server, and the provider's token behind it.
    const origin = new URL(gateway.ready.url).origin;
    const registered = await post(`${idp.issuer}/reg`, {
      redirect_uris: [`${origin}/oauth/upstream`],
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: 'client_secret_post',
    });
    using store = openStore(keyring.env, undefined, { service: 'Patchbay' });
    expect(await store.write(UPSTREAM_SECRET, new Secret(String(registered.client_secret)))).toMatchObject({
      ok: true,
    });
    const scopes = ['openid', 'email', 'profile', 'offline_access'];
    const upstream = { issuer: idp.issuer, clientId: registered.client_id, scopes };
    await world.configure({ mode: 'embedded', profile: {}, upstream });
    const isThere = async () => (await fetch(`${origin}/.well-known/oauth-authorization-server`)).ok;
    await until(isThere, 'the authorization server', 20_000);
    const person = await signInToGateway(world);
    for (const [name, secret] of person.secrets) canaries.set(name, secret);
    const known = await open(person.accessToken);
    const before = backend.requests.length;
    await until(
      async () => (await known.list('tools')).text.includes('upstream_echo'),
      'the tools behind',
      30_000,
    );
    await callAll(known);
    await lookAtEverything();
    const upstreamTokens = backend.requests.slice(before).map((request) => request.header('authorization'));
    expect(upstreamTokens.some((text) => [...idp.given.values()].includes(text?.slice(7) ?? ''))).toBe(true);

    // A keychain that is locked.
    const path = '/org/freedesktop/secrets';
    const lock = ['--dest=org.freedesktop.secrets', path, 'org.freedesktop.Secret.Service.Lock'];
    const locked = spawnSync(
      'dbus-send',
      ['--session', '--print-reply', ...lock, `array:objpath:${path}/collection/login`],
      { env: keyring.env },
    );
    expect(locked.stderr.toString()).toBe('');
    await client.secrets.retry({});
    expect(await value(client.settings.keychain({}))).toMatchObject({ state: 'locked' });
    await callAll(known);
    await callAll(await open(person.accessToken));
    await lookAtEverything();

    // The caller's own tokens went to nobody; what the process said is complete once it has ended.
    for (const token of incoming) expect(sent().filter((text) => text.includes(token))).toEqual([]);
    expect(sent().filter((text) => text.includes(SENT.ignored))).toEqual([]);
    const { stdout, stderr } = await gateway.stop();
    for (const [name, token] of idp.given) canaries.set(name, token);
    expect(canaries.size).toBeGreaterThan(25);
    const files = await filesUnder(world.home.path);
    expect(files.some(([name]) => name.endsWith('patchbay.log'))).toBe(true);
    expect(world.told.filter((text) => text.startsWith('settings.supportBundle')).length).toBeGreaterThan(7);
    expect(world.told.some((text) => text.startsWith('event '))).toBe(true);
    const everywhere: Place[] = [
      ...files,
      ...places,
      ['standard output', Buffer.from(stdout)],
      ['standard error', Buffer.from(stderr)],
      ...world.told.map((text): Place => [`control: ${text.slice(0, 60)}`, Buffer.from(text)]),
    ];
    // The one backend that asked for it has it in its environment, and nobody else.
    const found = findCanaries(canaries, everywhere);
    const expected = (text: string): boolean => /^env in environment of stdio-backend\.ts \d+$/.test(text);
    expect(found.filter((text) => !expected(text))).toEqual([]);
    expect(found.some(expected)).toBe(true);
  },
  LIMIT,
);
