import { existsSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { SAFE_PREFIXES, SAFE_VARIABLES } from '../../../electron/backends/stdio/safe-variables.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { type StdioBackendOptions, stdioBackend } from '../../backends/stdio-command.ts';
import { verifies } from '../../requirements/verifies.ts';
import { descendantsOf } from '../../support/process-tree.ts';
import type { Session } from '../../support/session.ts';
import { createTempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';
import {
  startGatewayProcess,
  startWireGateway,
  textOf,
  type WireGateway,
} from '../../support/wire-gateway.ts';
import { allEnded, isRunning, script } from '../stdio-process.support.ts';
import { backendOf } from './backend-states.ts';

const stdio = (options: StdioBackendOptions = {}, more: object = {}) => ({
  type: 'stdio',
  ...stdioBackend(options),
  ...more,
});
const ofScript = (name: string, ...args: string[]) => ({
  type: 'stdio',
  command: process.execPath,
  args: [script(name), ...args],
});
const pidOf = async (session: Session, backend = 'one'): Promise<number> =>
  Number(textOf(await session.call(`${backend}_pid`)));

const failureOf = (gateway: WireGateway, name: string) => {
  const state = backendOf(gateway, name).session.state();
  return 'failure' in state ? state.failure : undefined;
};

const { PATCHBAY_CANARY } = process.env;
afterEach(() => {
  if (PATCHBAY_CANARY === undefined) delete process.env.PATCHBAY_CANARY;
});

describe('starting', () => {
  test(
    verifies(['STD-01'], 'what cannot start is a state with its command; the others are there'),
    async () => {
      await using folder = await createTempDir();
      const touched = folder.file('touched');
      const commands = {
        missing: 'no-such-program-at-all',
        folder: folder.path,
        plain: script('watched.ts'),
        shelled: `true; touch ${touched}`,
        substituted: `$(touch ${touched})`,
      };
      const broken = Object.entries(commands).map(([name, command]) => [name, { type: 'stdio', command }]);
      const nowhere = stdio({}, { cwd: '/no/such/folder' });
      await using gateway = await startWireGateway({
        backends: { ...Object.fromEntries(broken), nowhere, good: stdio() },
      });
      const session = await gateway.open();
      await session.list('tools');
      expect(textOf(await session.call('good_echo', { message: 'm' }))).toBe('m');
      for (const [name, named] of Object.entries({ ...commands, nowhere: '/no/such/folder' })) {
        expect(backendOf(gateway, name).session.state().state).toBe('off');
        const failure = failureOf(gateway, name);
        expect(failure?.code).toBe('backend.cannot-start');
        expect(failure?.message).toContain(`"${name}" cannot start`);
        expect(failure?.message).toContain(named);
      }
      expect(existsSync(touched)).toBe(false);
    },
  );

  test(verifies(['STD-02'], 'arguments arrive literally'), async () => {
    const odd = ['; rm -rf /', '$(id)', '`id`', '%PATH%', '"', "'", 'a b', 'a\nb', '', '*', '\\', '-n', 'ü☃'];
    const echoArguments =
      'const lines=require("node:readline").createInterface({input:process.stdin});lines.on("line",(line)=>{const m=JSON.parse(line);if(m.id===undefined)return;const result=m.method==="initialize"?{protocolVersion:"2025-11-25",capabilities:{tools:{}},serverInfo:{name:"a",version:"1"}}:m.method==="tools/list"?{tools:[{name:"args",inputSchema:{type:"object"}}]}:{content:[{type:"text",text:JSON.stringify(process.argv.slice(1))}]};console.log(JSON.stringify({jsonrpc:"2.0",id:m.id,result}))})';
    await using gateway = await startWireGateway({
      backends: {
        one: { type: 'stdio', command: process.execPath, args: ['-e', echoArguments, '--', ...odd] },
      },
    });
    const session = await gateway.open();
    expect(JSON.parse(textOf(await session.call('one_args')))).toEqual(odd);
  });

  test(
    verifies(['STD-09', 'PAS-15'], 'the environment is the safe list and its own, nothing of ours'),
    async () => {
      process.env.PATCHBAY_CANARY = 'canary-93';
      await using gateway = await startWireGateway({
        settings: { passthroughHeaders: ['X-Tenant'] },
        backends: {
          one: stdio({}, { env: { OWN: 'own' }, secretEnv: ['OWN_SECRET'] }),
          other: stdio({}, { env: { THEIRS: 'theirs' } }),
        },
        secrets: [[{ backend: 'one', kind: 'env', name: 'OWN_SECRET' }, 'secret-94']],
      });
      const session = await gateway.open({ openingHeaders: [['X-Tenant', 'canary-95']] });
      const one = textOf(await session.call('one_env'));
      const other = textOf(await session.call('other_env'));
      expect(JSON.parse(one)).toMatchObject({ OWN: 'own', OWN_SECRET: 'secret-94' });
      expect(JSON.parse(other)).toMatchObject({ THEIRS: 'theirs' });
      for (const foreign of ['canary-93', 'canary-95', gateway.token, 'THEIRS', 'VITEST']) {
        expect(one).not.toContain(foreign);
      }
      for (const foreign of ['canary-93', 'canary-95', 'secret-94', 'OWN', gateway.token])
        expect(other).not.toContain(foreign);
      const isSafe = (name: string): boolean =>
        SAFE_VARIABLES.includes(name) || SAFE_PREFIXES.some((prefix) => name.startsWith(prefix));
      const beyond = (text: string): string[] =>
        Object.keys(JSON.parse(text)).filter((name) => !isSafe(name));
      expect([beyond(one).sort(), beyond(other)]).toEqual([['OWN', 'OWN_SECRET'], ['THEIRS']]);
    },
  );
});

describe('crashes', () => {
  test(
    verifies(['STD-03'], 'hazard 24: fail what is under way at once; the process is back with the next call'),
    async () => {
      await using good = await startPlainBackend();
      await using gateway = await startWireGateway({
        backends: { one: stdio(), good: { type: 'http', url: good.url } },
      });
      const session = await gateway.open();
      const first = await pidOf(session);
      const hanging = [session.call('one_hang'), session.call('one_hang'), session.call('one_hang')];
      await until(() => backendOf(gateway, 'one').session.state().state === 'ready');
      const started = performance.now();
      const crashing = session.call('one_crash');
      for (const reply of await Promise.all([...hanging, crashing])) {
        expect(reply.message.error).toMatchObject({
          code: -32000,
          message: expect.stringContaining('"one"'),
        });
      }
      expect(performance.now() - started).toBeLessThan(1_000);
      expect(textOf(await session.call('good_echo', { message: 'm' }))).toBe('m');
      const second = await pidOf(session);
      expect(performance.now() - started).toBeLessThan(5_000);
      expect(second).not.toBe(first);
      expect(isRunning(first)).toBe(false);
      expect(backendOf(gateway, 'one').session.reopened()).toBe(1);
      // An end without a complaint is one, too.
      const ending = performance.now();
      const left = await Promise.all([session.call('one_hang'), session.call('one_crash', { code: 0 })]);
      expect(left.map(({ message }) => message.error?.code)).toEqual([-32000, -32000]);
      expect(performance.now() - ending).toBeLessThan(1_000);
      expect(failureOf(gateway, 'one')).toMatchObject({ message: expect.stringContaining('exit code 0') });
    },
  );

  test.each([0, 1, 137])(
    verifies(['STD-03'], 'at the start, with code %s: started again later each time, and no loop'),
    async (exitAtStart) => {
      await using gateway = await startWireGateway({
        backends: { one: stdio({ exitAtStart }), good: stdio() },
      });
      const session = await gateway.open();
      const waits: number[] = [];
      await until(() => {
        const state = backendOf(gateway, 'one').session.state();
        if (state.state === 'down' && state.retryAt !== waits.at(-1)) waits.push(state.retryAt);
        return waits.length >= 2;
      }, 'two failures');
      expect(failureOf(gateway, 'one')).toMatchObject({ code: 'backend.crashed', rpcCode: -32000 });
      // One second after the first failure, two after the second: with the start itself in between.
      expect((waits[1] ?? 0) - (waits[0] ?? 0)).toBeGreaterThan(1_900);
      expect(textOf(await session.call('good_echo', { message: 'm' }))).toBe('m');
    },
  );
});

describe('noise', () => {
  test(verifies(['STD-04'], 'hazard 24: a banner and single lines are skipped and counted'), async () => {
    await using gateway = await startWireGateway({
      backends: {
        one: stdio({ banner: '\u001b[32mWelcome!\u001b[0m\n{ not json }\n[1]', stderr: 'log\n' }),
      },
    });
    const session = await gateway.open();
    expect(textOf(await session.call('one_garbage'))).toBe('after garbage');
    expect(textOf(await session.call('one_echo', { message: 'm' }))).toBe('m');
    expect(backendOf(gateway, 'one').notes.dropped).toBe(4);
  });

  test(verifies(['STD-04'], 'a hundred lines in ten seconds stop the process'), async () => {
    await using gateway = await startWireGateway({ backends: { one: ofScript('chatter.mjs', '150') } });
    await gateway.open();
    const failure = await until(() => failureOf(gateway, 'one'), 'the end of the noise');
    expect(failure).toMatchObject({ code: 'backend.faulty-answer', message: expect.stringContaining('one') });
    await allEnded([backendOf(gateway, 'one').notes.pid ?? 0]);
  });

  test(verifies(['STD-05'], 'a line without end is cut at 32 MiB, and the process is gone'), async () => {
    await using gateway = await startWireGateway({
      backends: { one: ofScript('endless-line.mjs', '100', '--stay'), good: stdio() },
    });
    const started = performance.now();
    const session = await gateway.open();
    const failure = await until(() => failureOf(gateway, 'one'), 'the end of the flood', 10_000);
    expect(failure).toMatchObject({ code: 'backend.answer-too-large', rpcCode: -32603 });
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(textOf(await session.call('good_echo', { message: 'm' }))).toBe('m');
    await allEnded([backendOf(gateway, 'one').notes.pid ?? 0]);
  });

  test(verifies(['STD-11'], 'on standard error reaches the log in part, and harms nobody'), async () => {
    await using gateway = await startWireGateway({
      backends: { one: ofScript('stderr-flood.mjs', '50'), good: stdio() },
    });
    const session = await gateway.open();
    expect(textOf(await session.call('good_echo', { message: 'm' }))).toBe('m');
    await until(() => gateway.logLines.some((line) => line.includes('noise, noise')), 'a line of it');
    const size = gateway.logLines.reduce((sum, line) => sum + line.length, 0);
    expect(size).toBeLessThan(2_000_000);
  });
});

test(
  verifies(['STD-06'], 'a process that stops reading fails its own calls with -32001, nobody else'),
  async () => {
    await using gateway = await startWireGateway({
      backends: { one: stdio({}, { timeoutSeconds: 15 }), good: stdio() },
    });
    const session = await gateway.open();
    const pid = await pidOf(session);
    process.kill(pid, 'SIGSTOP');
    try {
      const message = 'x'.repeat(3_000_000);
      const calls = Array.from({ length: 7 }, () => session.call('one_echo', { message }));
      const refused = await Promise.race(calls);
      expect(refused.message.error).toMatchObject({
        code: -32001,
        message: 'one does not read its input: 16 MiB are waiting for it',
      });
      expect(textOf(await session.call('good_echo', { message: 'm' }))).toBe('m');
      process.kill(pid, 'SIGCONT');
      const replies = await Promise.all(calls);
      expect(replies.filter((reply) => textOf(reply).length === message.length).length).toBeGreaterThan(3);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  },
);

describe('the end', () => {
  test(
    verifies(['STD-07', 'SES-08'], 'of a session is the end of its processes, of the whole group'),
    async () => {
      await using gateway = await startWireGateway({
        backends: {
          one: stdio({ withChild: true }),
          stubborn: stdio({ ignoreSigterm: true, ignoreStdinEnd: true }),
        },
      });
      const session = await gateway.open();
      const pids = [
        await pidOf(session),
        await pidOf(session, 'stubborn'),
        Number(textOf(await session.call('one_child'))),
      ];
      for (const pid of pids) expect(isRunning(pid)).toBe(true);
      const started = performance.now();
      expect(await session.delete()).toBe(204);
      expect(performance.now() - started).toBeLessThan(7_000);
      expect(pids.filter(isRunning)).toEqual([]);
    },
  );

  test(verifies(['STD-10'], 'of the gateway by kill -9 leaves no process behind'), async () => {
    await using gateway = await startGatewayProcess({
      backends: {
        one: stdio({ withChild: true, ignoreStdinEnd: true, ignoreSigterm: true }),
        other: stdio(),
      },
    });
    const session = await gateway.open();
    const pids = [
      await pidOf(session),
      await pidOf(session, 'other'),
      Number(textOf(await session.call('one_child'))),
    ];
    expect(await descendantsOf(gateway.pid)).toEqual(expect.arrayContaining([pids[0], pids[1]]));
    await gateway.running.stop('SIGKILL');
    await allEnded(pids, 6_000);
  });

  test(verifies(['CRA-04', 'STD-07'], 'of the gateway by SIGTERM ends every process first'), async () => {
    await using gateway = await startGatewayProcess({ backends: { one: stdio({ withChild: true }) } });
    const session = await gateway.open();
    const pids = [await pidOf(session), Number(textOf(await session.call('one_child')))];
    expect(await gateway.running.stop()).toMatchObject({ code: 0 });
    expect(pids.filter(isRunning)).toEqual([]);
  });
});

describe('one process', () => {
  test(
    verifies(['SES-04'], 'is one per session; equal ids, odd spellings and large answers come back right'),
    async () => {
      await using gateway = await startWireGateway({ backends: { one: stdio() } });
      const [a, b] = [await gateway.open(), await gateway.open()];
      expect(await pidOf(a)).not.toBe(await pidOf(b));
      const call = (id: string, message: string): string =>
        `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"one_echo","arguments":{"message":"${message}"}}}`;
      const ids = ['1', '"1"', '0', '"\\u0061"', '-7', '12345678901234567890123'];
      const replies = await Promise.all([
        ...ids.map((id) => a.post(call(id, id.replaceAll(/["\\]/g, '')))),
        b.post(call('1', 'b')),
      ]);
      expect(replies.map(textOf)).toEqual([...ids.map((id) => id.replaceAll(/["\\]/g, '')), 'b']);
      expect(textOf(await a.call('one_big', { bytes: 5_000_000 })).length).toBe(5_000_000);
    },
  );
});
