import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { ConfigState } from '../../config/config-state.ts';
import type { BackendDraft } from './draft.ts';

/** The backends that the config has, as drafts to compare an import with; those that are not in force count, too. */
export function existingDrafts(
  state: ConfigState,
  raw: Readonly<Record<string, unknown>>,
): Readonly<Record<string, BackendDraft>> {
  const understood = new Map<string, BackendConfig | undefined>([
    ...Object.keys(recordOf(raw.backends)).map((name) => [name, undefined] as const),
    ...state.disabled.map(({ backend, config }) => [backend, config] as const),
    ...state.config.backends,
  ]);
  return Object.fromEntries([...understood].map(([name, config]) => [name, toDraft(config)]));
}

/** An entry that nobody understands is equal to nothing. */
const NOT_UNDERSTOOD: BackendDraft = { type: 'stdio', command: '', args: [], env: {}, secretEnv: [] };

function toDraft(config: BackendConfig | undefined): BackendDraft {
  if (config === undefined) return NOT_UNDERSTOOD;
  const off = config.enabled ? {} : { enabled: false as const };
  if (config.type === 'stdio') {
    const { type, command, args, env, secretEnv, cwd } = config;
    const folder = cwd === undefined ? {} : { cwd };
    return { type, command, args, env: Object.fromEntries(env), secretEnv, ...folder, ...off };
  }
  const { type, url, headers, secretHeaders } = config;
  return { type, url, headers: Object.fromEntries(headers), secretHeaders, ...off };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
