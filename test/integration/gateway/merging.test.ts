import { describe, expect, test } from 'vitest';
import { brokenTools, manyTools } from '../../backends/odd-tools.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { type ToolHandler, textResult } from '../../backends/tool-calls.ts';
import { verifies } from '../../requirements/verifies.ts';
import { connectV1, connectV2 } from '../../support/clients.ts';
import { startTestGateway, type TestGateway } from '../../support/gateway.ts';
import type { RpcMessage, Session } from '../../support/session.ts';

/** A backend whose tools answer with its own name and theirs. */
function backendOf(name: string, tools: readonly string[]): Promise<PlainBackend> {
  const handler =
    (tool: string): ToolHandler =>
    () =>
      textResult(`${name}/${tool}`);
  const toolHandlers = Object.fromEntries(tools.map((tool) => [tool, handler(tool)]));
  return startPlainBackend({ catalog: { toolHandlers } });
}

function gatewayFor(
  backends: Record<string, PlainBackend>,
  tools: Record<string, unknown> = {},
  perBackend: Record<string, Record<string, unknown>> = {},
): Promise<TestGateway> {
  const entries = Object.entries(backends).map(([name, { url }]) => [
    name,
    { type: 'http', url, ...(perBackend[name] === undefined ? {} : { tools: perBackend[name] }) },
  ]);
  return startTestGateway({ config: { tools, backends: Object.fromEntries(entries) } });
}

const namesIn = (message: RpcMessage): string[] =>
  message.result.tools.map(({ name }: { name: string }) => name);
const toolNames = async (session: Session): Promise<string[]> =>
  namesIn((await session.list('tools')).message);
const called = async (session: Session, name: string): Promise<string> => {
  const { message } = await session.call(name);
  return message.error === undefined ? message.result.content[0].text : `error ${message.error.code}`;
};

describe('names', () => {
  test(
    verifies(
      ['CFG-14', 'HTP-15'],
      'hazard 08: prefix: every tool keeps its backend, also where prefixes meet',
    ),
    async () => {
      // `git` + `hub_list` and `git_hub` + `list` would both be `git_hub_list`.
      await using git = await backendOf('git', ['list', 'hub_list', '__proto__', 'constructor']);
      await using hub = await backendOf('git_hub', ['list']);
      await using gateway = await gatewayFor({ git, git_hub: hub });
      const session = await gateway.open();
      const names = await toolNames(session);
      expect(new Set(names).size).toBe(5);
      const answers = await Promise.all(names.map(async (name) => called(session, name)));
      expect(answers.sort()).toEqual(
        ['git/__proto__', 'git/constructor', 'git/hub_list', 'git/list', 'git_hub/list'].sort(),
      );
      expect(await called(session, '__proto__')).toBe('error -32602');
      // A second gateway gives the same names in the same order.
      await using again = await gatewayFor({ git, git_hub: hub });
      expect(await toolNames(await again.open())).toEqual(names);
    },
  );

  test(verifies(['CFG-14'], 'priority: the first in order wins, in lists and calls'), async () => {
    await using one = await backendOf('one', ['search', 'only-one']);
    await using two = await backendOf('two', ['search', 'only-two']);
    await using gateway = await gatewayFor({ one, two }, { conflicts: 'priority', order: ['two', 'one'] });
    const session = await gateway.open();
    expect((await toolNames(session)).sort()).toEqual(['only-one', 'only-two', 'search']);
    expect(await called(session, 'search')).toBe('two/search');
    expect(one.log.of('tools/call')).toEqual([]);
  });

  test(verifies(['CFG-14'], 'manual: a conflict is not listed until a rename resolves it'), async () => {
    await using one = await backendOf('one', ['search', 'get']);
    await using two = await backendOf('two', ['search']);
    await using open = await gatewayFor({ one, two }, { conflicts: 'manual' });
    const session = await open.open();
    expect(await toolNames(session)).toEqual(['get']);
    expect(await called(session, 'search')).toBe('error -32602');
    await using solved = await gatewayFor(
      { one, two },
      { conflicts: 'manual' },
      { two: { rename: { search: 'web-search' } } },
    );
    const renamed = await solved.open();
    expect((await toolNames(renamed)).sort()).toEqual(['get', 'search', 'web-search']);
    expect(await called(renamed, 'web-search')).toBe('two/search');
    expect(await called(renamed, 'search')).toBe('one/search');
  });

  test(
    verifies(['B74'], 'only, hide, rename and describe: a hidden tool is neither listed nor called'),
    async () => {
      await using one = await backendOf('one', ['a', 'b', 'c', 'd']);
      await using gateway = await gatewayFor(
        { one },
        {},
        {
          one: {
            only: ['a', 'b', 'c'],
            hide: ['b'],
            rename: { c: 'see' },
            describe: { c: 'Says "see" \u2028 in its own words.' },
          },
        },
      );
      const session = await gateway.open();
      const { message } = await session.list('tools');
      expect(namesIn(message)).toEqual(['one_a', 'see']);
      expect(message.result.tools[1].description).toBe('Says "see" \u2028 in its own words.');
      expect(await called(session, 'see')).toBe('one/c');
      for (const hidden of ['one_b', 'b', 'one_d', 'one_c', 'c']) {
        expect(await called(session, hidden)).toBe('error -32602');
      }
      expect(one.log.of('tools/call')).toHaveLength(1);
    },
  );

  test(verifies(['CFG-14'], 'prompts are named by the same rules, and reach their own backend'), async () => {
    await using one = await startPlainBackend();
    await using two = await startPlainBackend();
    await using gateway = await gatewayFor({ one, two });
    await using connected = await connectV1(gateway.url);
    const { prompts } = await connected.client.listPrompts();
    expect(prompts.map(({ name }) => name)).toEqual(['one_greet', 'two_greet']);
    await connected.client.getPrompt({ name: 'two_greet', arguments: { name: 'Ada' } });
    expect(two.log.of('prompts/get').map(({ rpc }) => rpc?.params.name)).toEqual(['greet']);
    expect(one.log.of('prompts/get')).toEqual([]);
  });
});

describe('lists', () => {
  test(
    verifies(
      ['B70'],
      'hazard 07: more than 1,000 tools: complete through the paging of real clients, without duplicates',
    ),
    async () => {
      await using one = await startPlainBackend({ catalog: { tools: manyTools(800), pageSize: 130 } });
      await using two = await startPlainBackend({ catalog: { tools: manyTools(700), pageSize: 700 } });
      await using gateway = await gatewayFor({ one, two });
      await using v1 = await connectV1(gateway.url);
      await using v2 = await connectV2(gateway.url);
      for (const list of [
        (cursor?: string) => v1.client.listTools(cursor === undefined ? {} : { cursor }),
        (cursor?: string) => v2.client.listTools(cursor === undefined ? {} : { cursor }),
      ]) {
        const names = new Set<string>();
        let pages = 0;
        let cursor: string | undefined;
        do {
          const page = await list(cursor);
          for (const { name } of page.tools) names.add(name);
          cursor = page.nextCursor;
          pages += 1;
        } while (cursor !== undefined && pages < 10);
        expect(names.size).toBe(1500);
      }
      const session = await gateway.open();
      const first = await session.list('tools');
      expect(namesIn(first.message)).toHaveLength(1000);
      const foreign = await session.request('prompts/list', { cursor: first.message.result.nextCursor });
      expect(foreign.message.error?.code).toBe(-32602);
      const unknown = await session.request('tools/list', { cursor: 'made-up' });
      expect(unknown.message.error?.code).toBe(-32602);
    },
  );

  test(
    verifies(['B70'], 'a list that changes between two pages: the pages still make one whole'),
    async () => {
      await using one = await startPlainBackend({ catalog: { tools: manyTools(999) } });
      await using two = await startPlainBackend({ catalog: { tools: manyTools(50) } });
      await using gateway = await gatewayFor({ one, two });
      const session = await gateway.open();
      const first = (await session.list('tools')).message;
      one.catalog.tools = manyTools(10);
      one.push('notifications/tools/list_changed');
      await using stream = await session.stream();
      await stream.waitFor(({ method }) => method === 'notifications/tools/list_changed');
      const second = (await session.request('tools/list', { cursor: first.result.nextCursor })).message;
      expect(new Set([...namesIn(first), ...namesIn(second)]).size).toBe(1049);
      expect(await toolNames(session)).toHaveLength(60);
    },
  );

  test(
    verifies(['CFG-14'], 'hazard 06: additions and removals reach the client through one list_changed each'),
    async () => {
      await using one = await backendOf('one', ['a']);
      await using gateway = await gatewayFor({ one });
      const session = await gateway.open();
      await using stream = await session.stream();
      expect(await toolNames(session)).toEqual(['one_a']);
      const add = { name: 'b', inputSchema: { type: 'object' } };
      const before = one.catalog.tools;
      one.catalog.tools = [...(before as object[]), add];
      one.push('notifications/tools/list_changed');
      await stream.waitFor(({ method }) => method === 'notifications/tools/list_changed');
      expect(await toolNames(session)).toEqual(['one_a', 'one_b']);
      one.catalog.tools = [add];
      one.push('notifications/tools/list_changed');
      await stream.waitFor(
        ({ method }) =>
          method === 'notifications/tools/list_changed' &&
          stream.messages().filter((message) => message.method === method).length === 2,
      );
      expect(await toolNames(session)).toEqual(['one_b']);
      expect(await called(session, 'one_a')).toBe('error -32602');
    },
  );

  test(verifies(['HTP-11'], 'broken entries of one backend take nothing else with them'), async () => {
    await using odd = await startPlainBackend({ catalog: { tools: brokenTools() } });
    await using good = await backendOf('good', ['a']);
    await using gateway = await gatewayFor({ odd, good });
    expect(await toolNames(await gateway.open())).toEqual(['odd_good', 'odd_also-good', 'good_a']);
  });
});
