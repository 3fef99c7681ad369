import { type ParsedConfig, parseConfig } from '../../../shared/config/parse-config.ts';
import type { ActivityEntry } from '../../../shared/control/activity.ts';
import { formToEntry } from '../../../shared/control/backend-entry.ts';
import type { BackendForm } from '../../../shared/control/backend-form.ts';
import type { BackendState } from '../../../shared/control/backend-state.ts';
import type { CallValue, EventName, EventSource } from '../../../shared/control/contract.ts';
import { ControlFault, type Failure } from '../../../shared/control/result.ts';
import type { SessionDetail } from '../../../shared/sessions/session-view.ts';
import { httpForm } from '../forms.ts';
import { sampleEntries } from './sample-activity.ts';
import { type BackendLine, type SampleBackend, sampleBackends } from './sample-backends.ts';
import { type ClientLine, sampleClients } from './sample-clients.ts';
import { sampleSessions } from './sample-sessions.ts';
import { type CatalogItem, sampleTools } from './sample-tools.ts';

export type Settings = CallValue<'settings.get'>['settings'];
type TokenLine = CallValue<'tokens.list'>['tokens'][number];
type SeenName = CallValue<'headers.seen'>['names'][number];
type SignInLine = CallValue<'signIn.status'>['backends'][number];
export type Keychain = CallValue<'settings.keychain'>;

export interface FakeBackend {
  form: BackendForm;
  status: BackendState;
  tools: number | undefined;
  callsPerMinute: number;
}

/** Everything that the stand-in for the host knows. Tests may look and change. */
export interface World {
  readonly startedAt: number;
  revision: number;
  names: string[];
  settings: Settings;
  readonly backends: Map<string, FakeBackend>;
  /** `backend/kind/name` to when it was set. The values are not even kept. */
  readonly secrets: Map<string, number>;
  readonly undo: Map<string, { name: string; backend: FakeBackend }>;
  sessions: SessionDetail[];
  activity: ActivityEntry[];
  items: CatalogItem[];
  clients: ClientLine[];
  tokens: TokenLine[];
  seen: SeenName[];
  keychain: Keychain;
  readonly signIns: Map<string, SignInLine['status']>;
  readonly approved: Set<string>;
  readonly emit: <Name extends EventName>(name: Name, payload: EventSource<Name>) => void;
}

export interface WorldOptions {
  readonly empty?: boolean;
  /** This many further backends, sessions and activity rows. */
  readonly many?: { readonly backends: number; readonly sessions: number; readonly activity: number };
}

/** A world with samples in it, or an empty one. */
export function createWorld(emit: World['emit'], options: WorldOptions = {}): World {
  const now = Date.now();
  const empty = options.empty === true;
  const sessions = empty ? [] : sampleSessions(now);
  return {
    startedAt: now - 5_400_000,
    revision: 1,
    names: empty ? [] : ['X-Mcp-Api-Key', 'X-Tenant'],
    settings: {
      port: 4780,
      host: '127.0.0.1',
      auth: { mode: 'local' },
      allowedOrigins: [],
      sessionIdleHours: 8,
      maxSessions: 1_000,
      sayWhoAsks: false,
      conflicts: 'prefix',
      order: [],
      prefixFormat: '{backend}_',
      autostart: false,
      hideToTray: true,
      updates: 'ask',
      language: 'en',
    },
    backends: new Map(
      empty ? [] : [...sampleBackends(now), ...extraBackends(options.many?.backends ?? 0, now)].map(entryOf),
    ),
    secrets: new Map(empty ? [] : [['billing/header/X-Billing-Key', now - 259_200_000]]),
    undo: new Map(),
    sessions: [...sessions, ...extraSessions(options.many?.sessions ?? 0, sessions)],
    activity: empty ? [] : sampleEntries(now, options.many?.activity ?? 400),
    items: empty ? [] : sampleTools(now),
    clients: sampleClients(now),
    tokens: empty
      ? []
      : [
          token('t-cursor', 'cursor', now, 1),
          token('t-claude', 'claude-code', now, 1),
          token('t-old', 'old laptop', now, 0),
        ],
    seen: empty
      ? []
      : [
          { name: 'X-Request-Source', lastSeenAt: now - 4_000, sessions: 12, clients: ['cursor'] },
          { name: 'X-Debug', lastSeenAt: now - 7_200_000, sessions: 1, clients: ['codex'] },
        ],
    keychain: { state: 'ready', kind: 'keychain' },
    signIns: new Map<string, SignInLine['status']>(
      empty
        ? []
        : [
            [
              'billing',
              {
                state: 'signed-in',
                as: 'ada@example.com',
                issuer: 'https://id.example.com',
                renewsAt: now + 2_400_000,
              },
            ],
            ['docs', { state: 'signed-out' }],
          ],
    ),
    approved: new Set(['files', 'notes']),
    emit,
  };
}

/** The configuration that the forms of the world stand for. */
export function configOf(world: World, names = world.names, purpose: 'load' | 'save' = 'load'): ParsedConfig {
  const auth = world.settings.auth.mode === 'local' ? { mode: 'local', tokens: [] } : { mode: 'anonymous' };
  return parseConfig(
    {
      version: 1,
      gateway: { port: world.settings.port, auth },
      passthroughHeaders: names,
      backends: Object.fromEntries([...world.backends].map(([name, { form }]) => [name, formToEntry(form)])),
    },
    { purpose },
  );
}

export function revisionOf(world: World): string {
  return `r${world.revision}`;
}

/** Refuses a change that was made on another state of the file (`config.stale`). */
export function requireRevision(world: World, revision: string): void {
  if (revision === revisionOf(world)) return;
  refuse({
    code: 'config.stale',
    message: 'The configuration has changed in the meantime.',
    fix: 'Load the newest state, then make the change again.',
  });
}

export function refuse(failure: Failure): never {
  throw new ControlFault(failure);
}

/** Counts a change as written and tells every window. */
export function written(world: World, parts: string[]): { revision: string; effects: Effects } {
  world.revision += 1;
  world.emit('config.changed', { revision: revisionOf(world), by: 'this-app', parts });
  const sessions = world.sessions.length;
  return {
    revision: revisionOf(world),
    effects: {
      sessionsKept: sessions,
      sessionsReconnected: 0,
      sessionsEnded: 0,
      summary: sessions === 0 ? 'No session is open.' : `${sessions} open sessions stay as they are.`,
    },
  };
}

export type Effects = CallValue<'backends.add'>['effects'];

export function lineOf(name: string, { form, status, tools, callsPerMinute }: FakeBackend): BackendLine {
  const { connection } = form;
  return {
    name,
    transport: connection.type,
    status: form.enabled ? status : { state: 'disabled' },
    ...(tools === undefined ? {} : { tools }),
    callsPerMinute,
    inClear: connection.type !== 'stdio' && connection.sendInClear,
    builtIn: false,
  };
}

export function tellBackend(world: World, name: string, removed = false): void {
  const backend = world.backends.get(name);
  world.emit('backends.changed', {
    backends: backend === undefined || removed ? [] : [lineOf(name, backend)],
    removed: removed ? [name] : [],
  });
}

export function backendOf(world: World, name: string): FakeBackend {
  return (
    world.backends.get(name) ??
    refuse({ code: 'backend.unknown', message: `There is no backend ${name}.`, fix: 'Reload the list.' })
  );
}

function entryOf({ name, form, status, tools, callsPerMinute }: SampleBackend): [string, FakeBackend] {
  return [name, { form, status, tools, callsPerMinute }];
}

function token(tokenId: string, client: string, now: number, liveSessions: number): TokenLine {
  return {
    tokenId,
    client,
    createdAt: now - 1_900_000_000,
    lastUsedAt: now - 4_000,
    lastUsedBy: client,
    liveSessions,
  };
}

function extraBackends(count: number, now: number): SampleBackend[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `service-${String(index + 1).padStart(3, '0')}`,
    form: httpForm(`https://service-${index + 1}.example.com/mcp`),
    status: { state: 'ready', since: now },
    tools: index % 30,
    callsPerMinute: index % 7,
  }));
}

function extraSessions(count: number, samples: readonly SessionDetail[]): SessionDetail[] {
  const [first] = samples;
  if (first === undefined) return [];
  return Array.from({ length: count }, (_, index) => ({
    ...first,
    session: `s-extra-${index}`,
    client: { name: `agent-${index}`, version: '1.0' },
    openedAt: first.openedAt - index * 60_000,
  }));
}
