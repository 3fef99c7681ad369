import { checkBackendForm, STRATEGY_FIELDS } from '../../../../shared/control/backend-entry.ts';
import type { BackendForm } from '../../../../shared/control/backend-form.ts';
import type { CallArgument } from '../../../../shared/control/contract.ts';
import type { SecretValue } from '../../../../shared/control/vocabulary.ts';
import type { Problem } from '../../../../shared/errors/problem.ts';
import { checkAllowlist } from '../../../../shared/headers/allowlist.ts';

export type Connection = BackendForm['connection'];
export type RemoteConnection = Exclude<Connection, { type: 'stdio' }>;
export type ProcessConnection = Extract<Connection, { type: 'stdio' }>;
export type SecretKind = 'header' | 'env' | 'auth';
export type Strategy = RemoteConnection['auth']['strategy'];

/** A backend as it is being edited. Typed secrets live here until the save and nowhere else. */
export interface Draft {
  readonly name: string;
  readonly form: BackendForm;
  /** `kind/name` to what was typed. */
  readonly secrets: Readonly<Record<string, string>>;
}

const NO_RULES: BackendForm['tools'] = { hide: [], rename: [], describe: [], changed: 'warn' };

/** A form with nothing in it. */
export function emptyForm(type: Connection['type'] = 'http'): BackendForm {
  return {
    enabled: true,
    connection: emptyConnection(type),
    tools: NO_RULES,
    timeoutSeconds: 60,
    era: 'auto',
  };
}

/** A connection of a kind; what the kinds of remote connection share goes along. */
export function connectionOfType(before: Connection, type: Connection['type']): Connection {
  if (before.type !== 'stdio' && type !== 'stdio') return { ...before, type };
  return emptyConnection(type);
}

function emptyConnection(type: Connection['type']): Connection {
  if (type === 'stdio') {
    return { type, command: '', args: [], env: [], secretEnv: [], envFromHeaders: [] };
  }
  return {
    type,
    url: '',
    sendInClear: false,
    headers: [],
    secretHeaders: [],
    auth: { strategy: 'none' },
    identityHeaders: 'auto',
    passthroughExcept: [],
  };
}

/** Which secret a strategy needs, by its name in the keychain; undefined where it needs none. */
export function authSecretOf(
  strategy: Strategy,
): 'token' | 'value' | 'password' | 'client-secret' | undefined {
  switch (strategy) {
    case 'bearer':
      return 'token';
    case 'header':
      return 'value';
    case 'basic':
      return 'password';
    case 'client_credentials':
    case 'oauth':
    case 'token_exchange':
      return 'client-secret';
    case 'none':
    case 'upstream':
      return undefined;
  }
}

/** The text fields that a strategy has, `scopes` among them. */
export function authFieldsOf(strategy: Strategy): (typeof STRATEGY_FIELDS)[Strategy] {
  return STRATEGY_FIELDS[strategy];
}

/** The key of a typed secret. */
export function secretKeyOf(kind: SecretKind, name: string): string {
  return `${kind}/${name}`;
}

/** The typed secrets that the form as it stands asks for; what was typed for a row since removed is left behind. */
export function secretWrites({
  form: { connection },
  secrets,
}: Draft): NonNullable<CallArgument<'backends.add'>['secrets']> {
  const auth = connection.type === 'stdio' ? undefined : authSecretOf(connection.auth.strategy);
  const wanted: [SecretKind, string][] =
    connection.type === 'stdio'
      ? connection.secretEnv.map((name) => ['env', name])
      : [
          ...connection.secretHeaders.map((name): [SecretKind, string] => ['header', name]),
          ...(auth === undefined ? [] : [['auth', auth] as [SecretKind, string]]),
        ];
  return wanted.flatMap(([kind, name]) => {
    const value = secrets[secretKeyOf(kind, name)];
    return value === undefined || value === '' ? [] : [{ kind, name, value: value as SecretValue }];
  });
}

/** What of the rest of the configuration a form is judged against. */
export interface Surroundings {
  readonly allowlist: readonly string[];
  readonly authMode: 'local' | 'anonymous' | 'oidc' | 'embedded';
  readonly port: number | undefined;
}

/** Everything that is wrong with a draft, by the rules that the gateway itself uses. Fields still empty are not. */
export function draftProblems({ name, form }: Draft, around: Surroundings): readonly Problem[] {
  const { problems } = checkBackendForm(name, form, {
    allowlist: checkAllowlist(around.allowlist).names,
    // Only the mode matters here; what `embedded` has upstream is judged by the host at save.
    auth: around.authMode === 'anonymous' ? { mode: 'anonymous' } : { mode: 'local', tokens: [] },
    ownPorts: around.port === undefined ? [] : [around.port],
    purpose: 'save',
  });
  const callers = around.authMode === 'oidc' || around.authMode === 'embedded';
  return problems.filter(({ code }) => !(callers && code === 'auth.no-caller-token'));
}

/** The problems that stand in some fields of the entry: `url`, `headers`, `auth`. */
export function problemsIn(
  problems: readonly Problem[],
  name: string,
  fields: readonly string[],
): readonly Problem[] {
  return problems.filter(({ place }) => fields.some((field) => isAt(place, `backends.${name}.${field}`)));
}

/** The fields of the entry that each section shows, in the sections' order. */
export const SECTION_FIELDS = {
  connection: ['type', 'url', 'command', 'args', 'cwd', 'env', 'secretEnv', 'envFromHeaders', 'sendInClear'],
  headers: ['headers', 'secretHeaders', 'passthrough'],
  signIn: ['auth'],
  identity: ['identityHeaders'],
  tools: ['tools'],
  advanced: ['title', 'enabled', 'timeoutSeconds', 'era'],
} as const;

export type SectionName = keyof typeof SECTION_FIELDS;

/** The problems that no section shows. */
export function problemsElsewhere(problems: readonly Problem[], name: string): readonly Problem[] {
  const shown = new Set(problemsIn(problems, name, Object.values(SECTION_FIELDS).flat()));
  return problems.filter((found) => !shown.has(found) && found.place !== 'name');
}

/** The sections in which a draft differs from what was loaded. */
export function changedSections(before: Draft, after: Draft): readonly SectionName[] {
  const changed = (pick: (draft: Draft) => unknown): boolean =>
    JSON.stringify(pick(before)) !== JSON.stringify(pick(after));
  const connection = (draft: Draft): Connection => draft.form.connection;
  const remote = (draft: Draft): RemoteConnection | undefined =>
    draft.form.connection.type === 'stdio' ? undefined : draft.form.connection;
  const tests: readonly (readonly [SectionName, boolean])[] = [
    [
      'connection',
      changed((draft) => draft.name) ||
        changed((draft) => {
          const { type } = connection(draft);
          const { url, sendInClear } = remote(draft) ?? {};
          return remote(draft) === undefined ? connection(draft) : [type, url, sendInClear];
        }),
    ],
    [
      'headers',
      changed((draft) => {
        const { headers, secretHeaders, passthroughExcept } = remote(draft) ?? {};
        return [headers, secretHeaders, passthroughExcept];
      }) || changed((draft) => draft.secrets),
    ],
    ['signIn', changed((draft) => remote(draft)?.auth)],
    ['identity', changed((draft) => remote(draft)?.identityHeaders)],
    ['tools', changed((draft) => draft.form.tools)],
    [
      'advanced',
      changed(({ form: { title, enabled, timeoutSeconds, era } }) => [title, enabled, timeoutSeconds, era]),
    ],
  ];
  return tests.flatMap(([section, differs]) => (differs ? [section] : []));
}

function isAt(place: string, field: string): boolean {
  return (
    place === field ||
    (['.', '['].includes(place.slice(field.length, field.length + 1)) && place.startsWith(field))
  );
}
