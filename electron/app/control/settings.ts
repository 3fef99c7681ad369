import type { AuthSettings } from '../../../shared/config/gateway-schema.ts';
import type { CallAnswer, CallInput, ControlApi } from '../../../shared/control/contract.ts';
import type { JsonValue } from '../../../shared/json/json-value.ts';
import type { ConfigEdit } from '../../config/edit-text.ts';
import { changeConfig, requireRevision } from './changes.ts';
import type { ControlContext } from './context.ts';
import type { Preferences } from './extras.ts';
import { refuse } from './refuse.ts';
import { supportBundle } from './support-bundle.ts';

type Editable = CallAnswer<'settings.get'>['settings'];
type Change = CallInput<'settings.set'>['change'];

/** What a host without a window, a tray and an installer has to say of them. */
const NO_PREFERENCES: Preferences = { autostart: false, hideToTray: false, updates: 'off', language: 'en' };
const PREFERENCES = ['autostart', 'hideToTray', 'updates', 'language'] as const;

/** The calls about the gateway's settings and the app's own. */
export function settingsApi(context: ControlContext): ControlApi['settings'] {
  const { patchbay, extras } = context;
  return {
    get: async () => {
      const { revision, problems, readOnly } = patchbay.configFile.current();
      return {
        revision,
        settings: editable(context),
        problems: problems.filter(({ place }) => /^(gateway|tools|version)\b/.test(place)),
        configFile: patchbay.configFile.path,
        readOnly,
        unavailable:
          extras.preferences === undefined ? ['autostart', 'hideToTray', 'updates', 'deepLinks'] : [],
      };
    },
    async set({ revision, change }) {
      requireRevision(context, revision);
      const edits = editsOf(context, change);
      const before = [...patchbay.gateway.sessions.all()];
      await changePreferences(context, change);
      const state =
        edits.length === 0 ? patchbay.configFile.current() : await changeConfig(context, revision, edits);
      const ended = before.filter(({ closed }) => closed).length;
      return {
        revision: state.revision,
        effects: {
          sessionsKept: before.length - ended,
          sessionsReconnected: 0,
          sessionsEnded: ended,
          summary: ended === 0 ? 'Open sessions stay.' : `${ended} sessions ended: they may no longer call.`,
        },
        restartNeeded: listensElsewhere(context),
      };
    },
    keychain: async () => await patchbay.secrets.status(),
    supportBundle: async () => await supportBundle(context),
  };
}

function editable({ patchbay, extras }: ControlContext): Editable {
  const { gateway, tools } = patchbay.config();
  const { autostart, hideToTray, updates, language } = extras.preferences?.current() ?? NO_PREFERENCES;
  return {
    port: gateway.port,
    host: gateway.host,
    auth: authForm(gateway.auth),
    allowedOrigins: [...gateway.allowedOrigins],
    sessionIdleHours: gateway.sessionIdleHours,
    maxSessions: gateway.maxSessions,
    sayWhoAsks: gateway.sayWhoAsks,
    conflicts: tools.conflicts,
    order: [...tools.order],
    prefixFormat: tools.prefixFormat,
    autostart,
    hideToTray,
    updates,
    language,
  };
}

/** Without the tokens' digests: those have calls of their own. */
function authForm(auth: AuthSettings): Editable['auth'] {
  switch (auth.mode) {
    case 'local':
    case 'anonymous':
      return { mode: auth.mode };
    case 'oidc':
      return { ...auth, requiredScopes: [...auth.requiredScopes] };
    case 'embedded': {
      const { mode, profile, upstream } = auth;
      if (upstream === undefined) return { mode, profile };
      return { mode, profile, upstream: { ...upstream, scopes: [...upstream.scopes] } };
    }
  }
}

const GATEWAY_KEYS = [
  'port',
  'host',
  'allowedOrigins',
  'sessionIdleHours',
  'maxSessions',
  'sayWhoAsks',
] as const;
const CATALOG_KEYS = ['conflicts', 'order', 'prefixFormat'] as const;

function editsOf({ patchbay }: ControlContext, change: Change): ConfigEdit[] {
  const of = (group: string, keys: readonly (keyof Change)[]): ConfigEdit[] =>
    keys.flatMap((key) => {
      const value = change[key];
      return value === undefined ? [] : [{ path: [group, key], value: value as JsonValue }];
    });
  const { auth } = change;
  const before = patchbay.config().gateway.auth;
  const tokens = before.mode === 'local' ? before.tokens : [];
  const authValue = auth?.mode === 'local' ? { mode: 'local', tokens } : auth;
  const isSame = auth === undefined || (auth.mode === 'local' && before.mode === 'local');
  return [
    ...of('gateway', GATEWAY_KEYS),
    ...(isSame ? [] : [{ path: ['gateway', 'auth'], value: authValue as JsonValue }]),
    ...of('tools', CATALOG_KEYS),
  ];
}

async function changePreferences({ extras }: ControlContext, change: Change): Promise<void> {
  const entries = PREFERENCES.flatMap((key) =>
    change[key] === undefined ? [] : [[key, change[key]] as const],
  );
  if (entries.length === 0) return;
  const { preferences } = extras;
  if (preferences === undefined) {
    refuse('control.not-available', 'A gateway without its own window has no such settings.', {
      place: entries[0]?.[0] ?? '',
      fix: 'Set it in the desktop app.',
    });
  }
  await preferences.change(Object.fromEntries(entries));
}

/** Whether the file names another address than the one where we listen. Port 0 is any. */
function listensElsewhere({ patchbay }: ControlContext): boolean {
  const { port, host } = patchbay.configFile.current().config.gateway;
  return (port !== 0 && port !== patchbay.listening.port()) || host !== patchbay.listening.host();
}
