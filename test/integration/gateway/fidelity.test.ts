import { expect, test } from 'vitest';
import { startLyingBackend } from '../../backends/lying-backend.ts';
import { type HttpManners, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1 } from '../../support/clients.ts';
import { startTestGateway } from '../../support/gateway.ts';

// Spellings that a parse and stringify round trip would change.
const ODD_RESULT =
  '{"content":[{"type":"text","text":"\\u00e9\\/é\\ud83d\\ude00"}],"structuredContent":{"big":9007199254740993,' +
  '"one":1.0,"exp":1e2,"neg":-0,"long":0.10000000000000000000001,"__proto__":{"a":1}} , "_meta":{"x.example/k":' +
  '12345678901234567890},"unknown":[ 1 ,2],"resultType":"complete"}';
const ODD_TOOL =
  '[{"title":"T\\u0041","name":"odd","inputSchema":{"type":"object","x":9007199254740993,"y":1.50},' +
  '"annotations":{"readOnlyHint":true,"later":{"z":1e400}},"_meta":{"k":-0.0},"unknown" : null}]';

test.each<Partial<HttpManners>>([
  { answers: 'json' },
  { answers: 'sse' },
  { answers: 'json', splitting: { at: [1, 20, 21, 60, 61, 62, 150] } },
  { answers: 'sse', splitting: { at: [3, 15, 16, 30, 90] } },
])(verifies(['STA-07'], 'an answer is relayed byte for byte (%o)'), async (manners) => {
  await using one = await startPlainBackend({
    manners,
    catalog: { toolHandlers: { odd: () => ODD_RESULT }, tools: ODD_TOOL },
  });
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const session = await gateway.open();
  const listed = await session.list('tools');
  expect(listed.text).toContain(ODD_TOOL.slice(1, -1).replace('"odd"', '"one_odd"'));
  const answer = await session.post(
    '{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"name":"one_odd"}}',
  );
  expect(answer.text).toBe(`{"jsonrpc":"2.0","id":9007199254740993,"result":${ODD_RESULT}}`);
});

test('hazard 16: a request reaches its backend byte for byte, but for the name', async () => {
  await using one = await startPlainBackend();
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const session = await gateway.open();
  const around = (name: string): string =>
    '{ "params" : {"_meta":{"progressToken":1.0,"x":12345678901234567890},"arguments":{"name":"one_echo",' +
    `"message":"\\u0061","n":1e2,"__proto__":1} , "unknown":-0,"name":"${name}"},"id":"a\\u0062",` +
    '"method":"tools/call","jsonrpc":"2.0" }';
  const answer = await session.post(around('one_echo'));
  expect(answer.message.result.content[0].text).toBe('a');
  expect(one.log.of('tools/call')[0]?.body.toString()).toBe(around('echo'));
});

test(
  verifies(
    ['HTP-20'],
    'hazard 27: error answers keep code, data and extra members; headers of the backend do not pass',
  ),
  async () => {
    const error =
      '{"code":-32042,"message":"no\\u0021","data":{"elicitations":[{"n":9007199254740993}]},"more":1.0}';
    await using one = await startLyingBackend({
      'tools/call': (response, { rpc }) =>
        void response
          .writeHead(400, { 'content-type': 'application/json', 'set-cookie': 'a=1', 'x-other': '1' })
          .end(`{"jsonrpc":"2.0","id":${rpc?.idText},"error":${error}}`),
    });
    await using gateway = await startTestGateway({
      config: { backends: { one: { type: 'http', url: one.url } } },
    });
    const session = await gateway.open();
    const answer = await session.call('one_echo', { message: 'a' });
    expect(answer.text).toContain(`"error":${error}`);
    for (const name of ['set-cookie', 'x-other', 'mcp-session-id', 'www-authenticate']) {
      expect(answer.headers[name]).toBeUndefined();
    }
  },
);

test('a large answer that is cut off in the middle ends the call, and no other', async () => {
  const filler = 'x'.repeat(256 * 1024);
  await using one = await startLyingBackend({
    'tools/call': (response, { rpc }) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      const start = `{"jsonrpc":"2.0","id":${rpc?.idText},"result":{"content":[{"type":"text","text":"${filler}`;
      response.write(start, () => response.destroy());
    },
  });
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  const session = await gateway.open();
  await expect(session.call('one_echo')).rejects.toThrow();
  one.confess();
  expect((await session.call('one_echo', { message: 'next' })).message.result.content[0].text).toBe('next');
  const [entry] = gateway.patchbay.activity.entries();
  expect(entry?.outcome).toBe('failed');
});

test('a big answer and a big argument arrive whole at a real client', async () => {
  await using one = await startPlainBackend();
  await using gateway = await startTestGateway({
    config: { backends: { one: { type: 'http', url: one.url } } },
  });
  await using connected = await connectV1(gateway.url);
  const message = `${'é'.repeat(700_000)}end`;
  const { content } = await connected.client.callTool({ name: 'one_echo', arguments: { message } });
  expect((content as { text: string }[])[0]?.text === message).toBe(true);
});
