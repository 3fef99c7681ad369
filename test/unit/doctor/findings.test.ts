import { createServer, type Server } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ClientStatus } from '../../../electron/clients/detect.ts';
import { checkProcess } from '../../../electron/headless/doctor/check-backends.ts';
import { checkClients } from '../../../electron/headless/doctor/check-clients.ts';
import { checkClock } from '../../../electron/headless/doctor/check-clock.ts';
import { keychainFinding } from '../../../electron/headless/doctor/check-keychain.ts';
import { checkPort } from '../../../electron/headless/doctor/check-port.ts';
import { checkPrograms } from '../../../electron/headless/doctor/check-programs.ts';
import { findingLines } from '../../../electron/headless/doctor/finding.ts';
import { probeFinding } from '../../../electron/headless/doctor/probe-finding.ts';
import { backendSchema } from '../../../shared/config/backend-schema.ts';
import { DEFAULT_CONFIG, type GatewaySettings } from '../../../shared/config/config.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';

const NOW = Date.parse('2026-06-01T12:00:00Z');
const MINUTE = 60_000;

describe('clock', () => {
  test.each([
    ['before the program was made', Date.parse('2025-12-31T00:00:00Z'), [], 'problem'],
    ['behind something that was written', NOW, [{ what: 'a token', at: NOW + 6 * MINUTE }], 'problem'],
    ['behind by less than machines differ', NOW, [{ what: 'a token', at: NOW + 4 * MINUTE }], 'well'],
    ['after everything', NOW, [{ what: 'a token', at: NOW - MINUTE }], 'well'],
  ] as const)('%s', (_, now, past, state) => {
    expect(checkClock(now, past).state).toBe(state);
  });

  test('the latest moment is named', () => {
    const past = [6, 90, 7].map((minutes) => ({ what: `after ${minutes}`, at: NOW + minutes * MINUTE }));
    expect(checkClock(NOW, past).message).toContain('after 90 was written at 2026-06-01T13:30');
  });
});

describe('keychain', () => {
  const locked = { state: 'locked', reason: 'It is locked.' } as const;

  test('open is well; locked is a problem only where a backend needs it', () => {
    expect(keychainFinding({ state: 'ready', kind: 'keychain' }, true).state).toBe('well');
    expect(keychainFinding(locked, true)).toMatchObject({
      state: 'problem',
      fix: expect.stringContaining('Unlock'),
    });
    expect(keychainFinding(locked, false).state).toBe('note');
  });
});

describe('programs', () => {
  const login = { variables: { PATH: '/no/such/folder' }, source: 'login-shell' } as const;

  test('a missing one is a problem where a backend is started with it', () => {
    const { config } = parseConfig({
      version: 1,
      backends: { a: { type: 'stdio', command: '/opt/bin/npx' } },
    });
    const states = checkPrograms(config, login).map(({ subject, state }) => [subject, state]);
    expect(Object.fromEntries(states)).toEqual({ npx: 'problem', uvx: 'note', docker: 'note' });
  });

  test('a login shell that cannot be read is told', () => {
    const [first] = checkPrograms(DEFAULT_CONFIG, { ...login, source: 'process', note: 'it hangs' });
    expect(first).toMatchObject({ subject: 'PATH', state: 'note', message: 'it hangs' });
  });
});

describe('a process', () => {
  const check = (more: object) => {
    const backend = backendSchema.parse({ type: 'stdio', command: 'sh', ...more });
    if (backend.type !== 'stdio') throw new TypeError('not a process');
    return checkProcess('files', backend, { variables: { PATH: '/bin' }, source: 'login-shell' });
  };

  test("is found on the login shell's PATH, or on its own", () => {
    expect(check({})).toMatchObject({ state: 'well', message: expect.stringContaining('/bin/sh') });
    expect(check({ env: { PATH: '/no/such/folder' } }).state).toBe('problem');
  });

  test('cannot have variables of ours', () => {
    expect(check({ env: { PATCHBAY_TOKEN: 'x' } })).toMatchObject({
      state: 'problem',
      message: expect.stringContaining('reserved'),
    });
  });
});

describe('a backend that was called', () => {
  const hello = { protocolVersion: '2025-11-25', capabilities: {}, instructions: undefined };

  test('what it calls itself is cut, on one line, with nothing hidden', () => {
    const name = `evil\u202e\n${'x'.repeat(500)}`;
    const { state, message } = probeFinding('wiki', { ...hello, serverInfo: { name, version: 7 } });
    expect(state).toBe('well');
    expect(message).toMatch(/^answers as evil<U\+202E> x+ \(MCP 2025-11-25\)$/);
    expect(message.length).toBeLessThan(110);
  });

  test("one that waits for a caller's header is well; any other failure has a way out", () => {
    const failed = (code: 'backend.needs-caller-header' | 'backend.timeout' | 'gateway.internal') =>
      probeFinding('wiki', { code, rpcCode: -32000, message: 'wiki said no' });
    expect(failed('backend.needs-caller-header').state).toBe('note');
    expect(failed('backend.timeout')).toMatchObject({ state: 'problem', fix: expect.any(String) });
    expect(failed('gateway.internal')).toMatchObject({ state: 'problem', fix: expect.any(String) });
  });
});

describe('clients', () => {
  const client = (connection: ClientStatus['connection']): ClientStatus => ({
    ...{ id: 'cursor', title: 'Cursor', kind: 'file', installed: true, files: [], connection },
    ...{ problems: [], confidence: 'A', notes: [] },
    abilities: { http: true, ownHeaders: 'entry', envValues: true, restart: 'none' },
  });
  const withToken: GatewaySettings = {
    ...DEFAULT_CONFIG.gateway,
    auth: { mode: 'local', tokens: [{ client: 'cursor', sha256: 'a'.repeat(64) }] },
  };

  test.each([
    ['connected', 'well'],
    ['elsewhere', 'problem'],
    ['not-connected', 'note'],
    ['unreadable', 'problem'],
  ] as const)('%s is %s', (connection, state) => {
    expect(checkClients([client(connection)], withToken)[0]?.state).toBe(state);
  });

  test('connected without any token to call with is a problem', () => {
    expect(checkClients([client('connected')], DEFAULT_CONFIG.gateway)[0]?.state).toBe('problem');
  });

  test('none on this machine is worth a note', () => {
    expect(checkClients([{ ...client('not-connected'), installed: false }], withToken)).toMatchObject([
      { state: 'note' },
    ]);
  });
});

describe('port', () => {
  const listening = async (
    serve?: Parameters<typeof createServer>[1],
  ): Promise<{ server: Server; port: number }> => {
    const server = createServer(serve);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
  };

  test('0 is no port to find again', async () => {
    expect((await checkPort({ host: '127.0.0.1', port: 0 })).state).toBe('note');
  });

  test('free once nobody listens', async () => {
    const { server, port } = await listening();
    await new Promise((resolve) => server.close(resolve));
    expect(await checkPort({ host: '127.0.0.1', port })).toMatchObject({
      state: 'well',
      message: expect.stringContaining('free'),
    });
  });

  test('taken by a program that says nothing of ours', async () => {
    const { server, port } = await listening((socket) => socket.end('SSH-2.0-nobody\r\n'));
    expect(await checkPort({ host: '127.0.0.1', port })).toMatchObject({
      state: 'problem',
      fix: expect.any(String),
    });
    server.close();
  });
});

test('for people, a way out stands below its finding', () => {
  const lines = findingLines([
    {
      check: 'backends',
      subject: 'wiki',
      state: 'problem',
      message: 'wiki did not answer',
      fix: 'Start it.',
    },
    { check: 'clock', subject: '', state: 'well', message: 'shows noon' },
  ]);
  expect(lines).toEqual([
    'PROBLEM  backends  wiki did not answer',
    '                   -> Start it.',
    'ok       clock     shows noon',
  ]);
});
