import type { ControlApi } from '../../../shared/control/contract.ts';
import { summaryOf } from './api-sessions.ts';
import { changedCount } from './api-tools.ts';
import { draftsOf } from './paste.ts';
import { secretsOf } from './secret-lines.ts';
import { configOf, lineOf, refuse, requireRevision, revisionOf, type World, written } from './world.ts';

const ENDPOINT = 'http://127.0.0.1:4780/mcp';

export function statusApi(world: World): ControlApi['status'] {
  const gateway = {
    state: 'listening' as const,
    endpoint: ENDPOINT,
    port: world.settings.port,
    since: world.startedAt,
  };
  return {
    snapshot: async () => ({
      version: '0.1.0',
      host: 'headless',
      now: Date.now(),
      gateway,
      authMode: world.settings.auth.mode,
      keychain: world.keychain,
      revision: revisionOf(world),
      backends: [...world.backends].map(([name, backend]) => lineOf(name, backend)),
      sessions: world.sessions.map(summaryOf),
      passthroughHeaders: world.names,
      problems: [...configOf(world).problems],
      callsLastMinute: world.activity.filter(({ kind, at }) => kind === 'call' && at > Date.now() - 60_000)
        .length,
      changedDefinitions: changedCount(world),
      empty: world.backends.size === 0,
      demo: false,
    }),
    retryListening: async () => {
      world.emit('status.changed', { gateway, callsLastMinute: 0 });
      return gateway;
    },
  };
}

export function settingsApi(world: World): ControlApi['settings'] {
  return {
    get: async () => ({
      revision: revisionOf(world),
      settings: world.settings,
      problems: [],
      configFile: '/home/ada/.config/patchbay/config.json',
      readOnly: false,
      unavailable: ['autostart', 'hideToTray', 'updates', 'deepLinks'],
    }),
    set: async ({ revision, change }) => {
      requireRevision(world, revision);
      world.settings = { ...world.settings, ...JSON.parse(JSON.stringify(change)) };
      return { ...written(world, ['gateway']), restartNeeded: change.port !== undefined };
    },
    keychain: async () => world.keychain,
    supportBundle: async () => ({
      files: [
        { name: 'about.json', bytes: 58, text: '{\n  "version": "0.1.0",\n  "system": "linux x64"\n}' },
        {
          name: 'config.json',
          bytes: 120,
          text: JSON.stringify(
            { passthroughHeaders: world.names, backends: { billing: { url: '***' } } },
            null,
            2,
          ),
        },
        {
          name: 'log.jsonl',
          bytes: 74,
          text: '{"level":"info","event":"session.opened","names":["X-Tenant"]}',
        },
      ],
      leftOut: ['All header values', 'All secrets', 'Arguments and answers of tools'],
    }),
  };
}

export function tokensApi(world: World): ControlApi['tokens'] {
  return {
    list: async () => ({ tokens: world.tokens }),
    create: async ({ client }) => {
      const token = {
        tokenId: `t-${client}-${world.tokens.length}`,
        client,
        createdAt: Date.now(),
        liveSessions: 0,
      };
      world.tokens = [...world.tokens, token];
      world.emit('tokens.changed', { tokens: world.tokens });
      return { token, value: `pb_sample_${client}_0123456789abcdef` as never, endpoint: ENDPOINT };
    },
    revoke: async ({ tokenId }) => {
      world.tokens = world.tokens.filter((token) => token.tokenId !== tokenId);
      world.emit('tokens.changed', { tokens: world.tokens });
      return { tokens: world.tokens, sessionsEnded: 1 };
    },
  };
}

export function secretsApi(world: World): ControlApi['secrets'] {
  const line = (backend: string, kind: string, name: string) => {
    const found = secretsOf(world, backend).find((item) => item.kind === kind && item.name === name);
    if (found === undefined) throw new Error('No such secret');
    world.emit('secrets.changed', { keychain: world.keychain, secrets: secretsOf(world) });
    return found;
  };
  return {
    status: async ({ backend }) => ({ keychain: world.keychain, secrets: secretsOf(world, backend) }),
    set: async ({ backend, kind, name }) => {
      world.secrets.set(`${backend}/${kind}/${name}`, Date.now());
      return line(backend, kind, name);
    },
    remove: async ({ backend, kind, name }) => {
      world.secrets.delete(`${backend}/${kind}/${name}`);
      return line(backend, kind, name);
    },
    retry: async () => world.keychain,
  };
}

export function signInApi(world: World): ControlApi['signIn'] {
  const lineFor = (backend: string) => ({
    backend,
    status: world.signIns.get(backend) ?? { state: 'not-needed' as const },
  });
  const tell = (backend: string) => {
    world.emit('signIn.changed', lineFor(backend));
    return lineFor(backend);
  };
  return {
    status: async ({ backend }) => ({
      backends: (backend === undefined ? [...world.signIns.keys()] : [backend]).map(lineFor),
    }),
    start: async ({ backend }) => {
      const now = Date.now();
      world.signIns.set(backend, { state: 'waiting', attempt: 'try-1', since: now, until: now + 300_000 });
      return {
        status: tell(backend).status,
        opened: false,
        address: 'https://id.example.com/authorize?state=abc',
      };
    },
    cancel: async ({ backend }) => {
      world.signIns.set(backend, { state: 'signed-out' });
      return tell(backend);
    },
    signOut: async ({ backend }) => {
      if (world.keychain.state !== 'ready') {
        const message = `Nothing was changed: the tokens of "${backend}" are still in the keychain.`;
        refuse({ code: 'auth.sign-out-failed', message, fix: 'Unlock the keychain, then sign out again.' });
      }
      world.signIns.set(backend, { state: 'signed-out' });
      return tell(backend);
    },
  };
}

export function clientsApi(world: World): ControlApi['clients'] {
  const connect = (client: string, connected: boolean): void => {
    world.clients = world.clients.map((line) =>
      line.client === client ? { ...line, files: line.files.map((file) => ({ ...file, connected })) } : line,
    );
  };
  return {
    detect: async () => ({ clients: world.clients }),
    preview: async ({ client, action }) => ({
      preview: `${action}:${client}`,
      problems: [],
      after: ['Restart the client if it is running.'],
      files: (world.clients.find((line) => line.client === client)?.files ?? []).map(({ path }) => ({
        path,
        before: 'h1',
        hunks: [
          {
            line: 12,
            lines: [
              { kind: 'same' as const, text: '  "mcpServers": {' },
              {
                kind: action === 'connect' ? ('added' as const) : ('removed' as const),
                text: '    "patchbay": {',
              },
              {
                kind: action === 'connect' ? ('added' as const) : ('removed' as const),
                text: `      "url": "${ENDPOINT}",`,
              },
              {
                kind: action === 'connect' ? ('added' as const) : ('removed' as const),
                text: '      "headers": { "Authorization": "Bearer ***" }',
              },
              { kind: action === 'connect' ? ('added' as const) : ('removed' as const), text: '    },' },
              { kind: 'same' as const, text: '    "github": { "command": "***" }' },
            ],
          },
        ],
      })),
    }),
    apply: async ({ preview }) => {
      const [action = '', client = ''] = preview.split(':');
      connect(client, action === 'connect');
      return { undo: preview, written: [], after: ['Restart the client if it is running.'] };
    },
    undo: async ({ undo }) => {
      const [action = '', client = ''] = undo.split(':');
      connect(client, action !== 'connect');
      return { restored: [] };
    },
    snippet: async () => ({
      text: `{\n  "mcpServers": {\n    "patchbay": {\n      "url": "${ENDPOINT}",\n      "headers": { "Authorization": "Bearer <token>" }\n    }\n  }\n}`,
      format: 'json',
      steps: ['Open the settings of the client.', 'Paste the entry.', 'Put a token in place of <token>.'],
    }),
    importFrom: async () =>
      draftsOf(
        '{"mcpServers":{"github":{"command":"npx","args":["-y","github-mcp"]}}}',
        new Set(world.backends.keys()),
      ),
  };
}
