import { parseBackendName } from '../config/backend-name.ts';
import { type BackendSurroundings, backendProblems } from '../config/backend-rules.ts';
import { type BackendConfig, backendSchema } from '../config/backend-schema.ts';
import { placeOf } from '../config/place.ts';
import { readPart } from '../config/read.ts';
import { type Problem, problem } from '../errors/problem.ts';
import type { BackendForm } from './backend-form.ts';

type Connection = BackendForm['connection'];
type Remote = Exclude<Connection, { type: 'stdio' }>;
type Auth = Remote['auth'];

/** Which fields each strategy has; a form keeps the others while the user looks at another strategy. */
export const STRATEGY_FIELDS: Readonly<Record<Auth['strategy'], readonly Exclude<keyof Auth, 'strategy'>[]>> =
  {
    none: [],
    bearer: [],
    header: ['header'],
    basic: ['username'],
    oauth: ['clientId', 'scopes', 'issuer'],
    client_credentials: ['clientId', 'tokenUrl', 'issuer', 'scopes', 'audience'],
    token_exchange: ['tokenUrl', 'audience', 'resource', 'scopes', 'clientId'],
    upstream: [],
  };

/**
 * The entry of the config file that a form stands for. What equals the default is left out, so that a file stays as
 * short as a person would write it. Own keys only: a header named `__proto__` is data (CFG-07).
 */
export function formToEntry(form: BackendForm): Readonly<Record<string, unknown>> {
  const { tools } = form;
  const toolRules = {
    ...(tools.only === undefined ? {} : { only: tools.only }),
    ...someItems('hide', tools.hide),
    ...somePairs('rename', tools.rename, (rule) => [rule.tool, rule.to]),
    ...somePairs('describe', tools.describe, (rule) => [rule.tool, rule.text]),
    ...(tools.changed === 'warn' ? {} : { changed: tools.changed }),
  };
  return {
    ...connectionEntry(form.connection),
    ...(form.title === undefined || form.title === '' ? {} : { title: form.title }),
    ...(form.enabled ? {} : { enabled: false }),
    ...(Object.keys(toolRules).length === 0 ? {} : { tools: toolRules }),
    ...(form.timeoutSeconds === 60 ? {} : { timeoutSeconds: form.timeoutSeconds }),
    ...(form.era === 'auto' ? {} : { era: form.era }),
  };
}

/**
 * Judges a form with the rules that judge the file: field by field, then the rules over several fields. Gives the
 * backend where its fields can be read, and every problem with its place in the words of the file.
 */
export function checkBackendForm(
  name: string,
  form: BackendForm,
  surroundings: BackendSurroundings,
): { readonly config?: BackendConfig; readonly problems: readonly Problem[] } {
  const place = placeOf(['backends', name]);
  const valid = parseBackendName(name);
  const twice = namedTwice(form.connection, place);
  const { value, problems } = readPart(backendSchema, formToEntry(form), place);
  const found = [...(valid === undefined ? [invalidName()] : []), ...twice, ...problems];
  if (value === undefined) return { problems: found };
  if (valid === undefined) return { config: value, problems: found };
  return { config: value, problems: [...found, ...backendProblems(valid, value, surroundings)] };
}

function connectionEntry(connection: Connection): Readonly<Record<string, unknown>> {
  if (connection.type === 'stdio') {
    return {
      type: 'stdio',
      command: connection.command,
      ...someItems('args', connection.args),
      ...(connection.cwd === undefined || connection.cwd === '' ? {} : { cwd: connection.cwd }),
      ...somePairs('env', connection.env, (item) => [item.name, item.value]),
      ...someItems('secretEnv', connection.secretEnv),
      ...somePairs('envFromHeaders', connection.envFromHeaders, (item) => [item.variable, item.header]),
    };
  }
  const auth = authEntry(connection.auth);
  return {
    type: connection.type,
    url: connection.url,
    ...(connection.sendInClear ? { sendInClear: true } : {}),
    ...somePairs('headers', connection.headers, (item) => [item.name, item.value]),
    ...someItems('secretHeaders', connection.secretHeaders),
    ...(auth.strategy === 'none' ? {} : { auth }),
    ...(connection.identityHeaders === 'auto' ? {} : { identityHeaders: connection.identityHeaders }),
    ...(connection.passthroughExcept.length === 0
      ? {}
      : { passthrough: { except: connection.passthroughExcept } }),
  };
}

function authEntry(auth: Auth): Readonly<Record<string, unknown>> {
  const fields = STRATEGY_FIELDS[auth.strategy].flatMap((field): [string, unknown][] => {
    const value = auth[field];
    return value === undefined || value.length === 0 ? [] : [[field, value]];
  });
  return { strategy: auth.strategy, ...Object.fromEntries(fields) };
}

function someItems(key: string, items: readonly unknown[]): Readonly<Record<string, unknown>> {
  return items.length === 0 ? {} : { [key]: items };
}

function somePairs<T>(
  key: string,
  items: readonly T[],
  pair: (item: T) => [string, string],
): Readonly<Record<string, unknown>> {
  return items.length === 0 ? {} : { [key]: Object.fromEntries(items.map(pair)) };
}

// An object cannot hold one key twice, so the form is asked before it becomes one (B50). Other spellings of a header
// are two keys, and the collision rules find them.
function namedTwice(connection: Connection, place: string): readonly Problem[] {
  const lists: readonly (readonly [string, readonly string[]])[] =
    connection.type === 'stdio'
      ? [
          ['env', connection.env.map(({ name }) => name)],
          ['envFromHeaders', connection.envFromHeaders.map(({ variable }) => variable)],
        ]
      : [['headers', connection.headers.map(({ name }) => name)]];
  return lists.flatMap(([field, names]) =>
    [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) =>
      problem(
        'header.duplicate',
        placeOf([field, name], place),
        'This name stands twice.',
        'Remove one of the two.',
      ),
    ),
  );
}

function invalidName(): Problem {
  return problem(
    'backend.name',
    'name',
    'This is not a backend name.',
    'Use 1 to 63 letters, digits, hyphens and underscores, led by a letter or digit; a few names are reserved.',
  );
}
