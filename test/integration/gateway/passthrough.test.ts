import { expect, test } from 'vitest';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1, connectV2 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import type { HeaderLines } from '../../support/http-exchange.ts';
import { runInspectorCli } from '../../support/inspector.ts';
import { openSession } from '../../support/session.ts';
import { openWire, requestBytes } from '../../support/wire.ts';

function gatewayFor(
  backends: Record<string, PlainBackend>,
  passthroughHeaders: readonly string[] = ['X-Test-Api-Key'],
): Promise<TestGateway> {
  const entries = Object.entries(backends).map(([name, { url }]) => [name, { type: 'http', url }]);
  return startTestGateway({ config: { passthroughHeaders, backends: Object.fromEntries(entries) } });
}

/** What the requests that reached a backend carried under this name, each value once. */
function valuesAt(backend: PlainBackend, name: string): (string | undefined)[] {
  return [...new Set(backend.requests.map((request) => request.header(name)))];
}

test(
  verifies(['B13', 'B22', 'B24', 'PAS-01', 'PAS-02'], 'a listed header is on every request to every backend'),
  async () => {
    await using one = await startPlainBackend();
    await using two = await startPlainBackend();
    await using gateway = await gatewayFor({ one, two });
    const headers = { 'x-test-api-key': 'value-one', 'X-Secret': 'never' };
    {
      await using connected = await connectV1(gateway.url, { headers });
      const { client } = connected;
      const { tools } = await client.listTools();
      expect(tools.map(({ name }) => name)).toContain('two_echo');
      await client.callTool({ name: 'one_echo', arguments: { message: 'a' } });
      await client.readResource({ uri: 'test://one' });
      await client.listPrompts();
      await client.getPrompt({ name: 'two_greet', arguments: { name: 'Ada' } });
      for (const backend of [one, two]) await backend.log.waitFor('GET');
    }
    for (const backend of [one, two]) {
      await backend.log.waitFor('DELETE');
      expect(valuesAt(backend, 'X-Test-Api-Key')).toEqual(['value-one']);
      expect(valuesAt(backend, 'X-Secret')).toEqual([undefined]);
    }
    const seen = [...one.requests, ...two.requests].map(({ rpc, httpMethod }) => rpc?.method ?? httpMethod);
    const wanted = ['initialize', 'notifications/initialized', 'tools/list', 'tools/call', 'resources/read'];
    expect(seen).toEqual(expect.arrayContaining([...wanted, 'prompts/get', 'GET', 'DELETE']));
    // The spelling in the list is the spelling sent, whatever the client wrote (PAS-01).
    for (const { rawHeaders } of one.requests) expect(rawHeaders).toContain('X-Test-Api-Key');
  },
);

test(verifies(['B13', 'B24'], 'the same with the client of SDK 2 and with the Inspector'), async () => {
  await using one = await startPlainBackend();
  await using gateway = await gatewayFor({ one });
  {
    await using connected = await connectV2(gateway.url, { headers: { 'X-Test-Api-Key': 'from-v2' } });
    const answer = await connected.client.callTool({ name: 'one_headers', arguments: {} });
    expect(JSON.stringify(answer.content)).toContain('from-v2');
  }
  expect(valuesAt(one, 'X-Test-Api-Key')).toEqual(['from-v2']);
  const call = ['--method', 'tools/call', '--tool-name', 'one_headers'];
  const headers = ['--header', 'X-Test-Api-Key: from-inspector', '--header', 'X-Secret: never'];
  const { code, stdout } = await runInspectorCli(gateway.url, [...call, ...headers]);
  expect(code).toBe(0);
  expect(stdout).toContain('from-inspector');
  expect(stdout).not.toContain('never');
});

test(
  verifies(['B14', 'B15', 'B16', 'B41', 'PAS-03'], 'the value of initialize holds, and a change is marked'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await gatewayFor({ one }, ['X-A', 'X-B']);
    const session = await gateway.open({ openingHeaders: [['X-A', 'first']] });
    const handle = [...gateway.patchbay.gateway.sessions.all()][0];
    const reached = async (headers: HeaderLines): Promise<string> =>
      (await session.call('one_headers', {}, { headers })).text;
    expect(await reached([['X-A', 'second']])).toContain('first');
    expect(await reached([])).toContain('first');
    expect(
      await reached([
        ['X-A', 'first'],
        ['X-B', 'late'],
      ]),
    ).not.toContain('late');
    expect(valuesAt(one, 'X-A')).toEqual(['first']);
    expect(valuesAt(one, 'X-B')).toEqual([undefined]);
    expect([...(handle?.drift.keys() ?? [])]).toEqual(['X-A', 'X-B']);
    expect(gateway.logLines.join('\n')).not.toMatch(/second|late/);
  },
);

test(
  verifies(['B14', 'B41'], 'a listening stream and the end of a session count as requests that differ'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await gatewayFor({ one }, ['X-A', 'X-B']);
    const session = await gateway.open({ openingHeaders: [['X-A', 'first']], headers: [] });
    const [state] = gateway.patchbay.gateway.sessions.all();
    const drift = (): object => Object.fromEntries([...(state?.drift ?? [])].map(([k, v]) => [k, v.kind]));
    // The notification after the handshake came without the header already.
    expect(drift()).toEqual({ 'X-A': 'missing' });
    const stream = await session.stream({ headers: [['X-A', 'second']] });
    expect(drift()).toEqual({ 'X-A': 'another-value' });
    await stream.close();
    await session.delete({
      headers: [
        ['X-A', 'first'],
        ['X-B', 'late'],
      ],
    });
    expect(drift()).toEqual({ 'X-A': 'another-value', 'X-B': 'added' });
    expect(gateway.logLines.join('\n')).not.toMatch(/second|late/);
  },
);

test(verifies(['B14'], 'a session whose client keeps sending the same value is not marked'), async () => {
  await using one = await startPlainBackend();
  await using gateway = await gatewayFor({ one }, ['X-A']);
  const session = await gateway.open({ headers: [['X-A', 'same']] });
  await session.call('one_echo', { message: 'a' });
  const [state] = gateway.patchbay.gateway.sessions.all();
  expect(state?.captured.map(({ name, bytes }) => [name, bytes])).toEqual([['X-A', 4]]);
  expect([...(state?.drift ?? [])]).toEqual([]);
});

test(
  verifies(['B17', 'B20', 'B21', 'PAS-05'], 'values arrive byte for byte, several lines as one in order'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await gatewayFor({ one }, ['x-api-key', 'X-Latin', 'X-Odd', 'X-Twice']);
    const latin = Buffer.from([0x80, 0x41, 0xe9, 0xff]).toString('latin1');
    await gateway.open({
      openingHeaders: [
        ['X-Api-Key', '0042,=a==, "b"'],
        ['X-Latin', latin],
        ['X-Twice', 'one'],
        ['x-twice', 'two'],
        ['X-TWICE', ''],
        ['X-Twice', 'three'],
        ['X-Odd', '  in  ner\ttab  '],
      ],
    });
    const request = await one.log.waitFor('initialize');
    expect(request.header('x-api-key')).toBe('0042,=a==, "b"');
    expect(request.header('X-Latin')).toBe(latin);
    expect(request.header('X-Twice')).toBe('one, two, three');
    expect(request.header('X-Odd')).toBe('in  ner\ttab');
    const lines = request.rawHeaders.filter((text) => text.toLowerCase() === 'x-twice');
    expect(lines).toEqual(['X-Twice']);
    expect(request.rawHeaders).toContain('x-api-key');
  },
);

test(
  verifies(['B18', 'B19', 'PAS-07'], 'an empty or blank value counts as absent and leaves no captured state'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await gatewayFor({ one }, ['X-A', 'X-B', 'X-C']);
    await gateway.open({
      openingHeaders: [
        ['X-A', ''],
        ['X-B', ' \t '],
      ],
    });
    await one.log.waitFor('notifications/initialized');
    for (const name of ['X-A', 'X-B', 'X-C']) expect(valuesAt(one, name)).toEqual([undefined]);
    const [state] = gateway.patchbay.gateway.sessions.all();
    expect(state?.captured).toEqual([]);
  },
);

test(verifies(['PAS-08'], 'control characters in a value are refused by the parser'), async () => {
  await using one = await startPlainBackend();
  await using gateway = await gatewayFor({ one }, ['X-A']);
  const { host } = new URL(gateway.url);
  for (const bad of ['a\0b', 'a\rX-B: b', 'a\x7fb']) {
    using wire = await openWire(gateway.url);
    const headers: HeaderLines = [
      ['Host', host],
      ['Content-Type', 'application/json'],
      ['X-A', bad],
    ];
    await wire.send(requestBytes('POST', '/mcp', headers, '{}'));
    expect((await wire.response()).status, JSON.stringify(bad)).toBe(400);
  }
  expect(one.requests).toEqual([]);
});

test(verifies(['PAS-11'], 'a value over 8 KiB, or 16 KiB in sum, is 431 at initialize'), async () => {
  await using one = await startPlainBackend();
  await using gateway = await gatewayFor({ one }, ['X-A', 'X-B', 'X-C']);
  const attempt = async (openingHeaders: HeaderLines) =>
    (await openSession(gateway.url, { openingHeaders })).opening;
  const tooLong = await attempt([['X-A', 'a'.repeat(8 * 1024 + 1)]]);
  expect(tooLong.status).toBe(431);
  expect(tooLong.message.error?.message).toContain('X-A');
  expect(tooLong.text).not.toContain('aaa');
  expect(one.requests).toEqual([]);
  expect((await attempt([['X-A', 'a'.repeat(8 * 1024)]])).status).toBe(200);
  expect((await one.log.waitFor('initialize')).header('X-A')).toHaveLength(8 * 1024);
});

test(
  verifies(['PAS-13'], 'a listed header that Connection names is dropped, and shown as dropped'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await gatewayFor({ one }, ['X-Tenant-Id', 'X-Kept']);
    await gateway.open({
      openingHeaders: [
        ['Connection', 'close, x-tenant-id'],
        ['X-Tenant-Id', 'hop'],
        ['X-Kept', 'kept'],
      ],
    });
    const request = await one.log.waitFor('initialize');
    expect(request.header('X-Tenant-Id')).toBeUndefined();
    expect(request.header('X-Kept')).toBe('kept');
    const [state] = gateway.patchbay.gateway.sessions.all();
    expect(state?.droppedByConnection).toEqual(['x-tenant-id']);
  },
);

test(
  verifies(['B01', 'B18', 'PAS-02'], 'nothing listed: nothing captured, the names are remembered as seen'),
  async () => {
    await using one = await startPlainBackend();
    await using gateway = await gatewayFor({ one }, []);
    await gateway.open({ headers: [['X-Team', 'blue-team']] });
    expect((await one.log.waitFor('initialize')).header('X-Team')).toBeUndefined();
    expect(gateway.patchbay.seen.list().map(({ name, clients }) => [name, clients])).toEqual([
      ['X-Team', ['test-client']],
    ]);
    expect(JSON.stringify(gateway.patchbay.seen.list())).not.toContain('blue-team');
  },
);

test(verifies(['B22'], 'a backend leaves out what its entry excepts'), async () => {
  await using one = await startPlainBackend();
  await using two = await startPlainBackend();
  await using gateway = await startTestGateway({
    config: {
      passthroughHeaders: ['X-A', 'X-B'],
      backends: {
        one: { type: 'http', url: one.url, passthrough: { except: ['x-a'] } },
        two: { type: 'http', url: two.url },
      },
    },
  });
  await gateway.open({
    openingHeaders: [
      ['X-A', 'a'],
      ['X-B', 'b'],
    ],
  });
  const headersAt = async (backend: PlainBackend) => {
    const request = await backend.log.waitFor('initialize');
    return [request.header('X-A'), request.header('X-B')];
  };
  expect(await headersAt(one)).toEqual([undefined, 'b']);
  expect(await headersAt(two)).toEqual(['a', 'b']);
});
