import { entryUrl } from '../../../shared/clients/recognise.ts';

type Entry = Readonly<Record<string, unknown>>;
type Pairs = readonly (readonly [string, string])[];

/** What an entry says, in one spelling whichever client wrote it. Values are as they stood, placeholders included. */
export type EntryFields =
  | {
      readonly kind: 'remote';
      readonly transport: 'http' | 'sse';
      readonly url: string;
      readonly headers: Pairs;
      readonly off: boolean;
    }
  | {
      readonly kind: 'process';
      readonly command: string;
      readonly args: readonly string[];
      readonly env: Pairs;
      readonly cwd: string | undefined;
      readonly off: boolean;
    };

const UNDERSTOOD = new Set([
  ...['type', 'transport', 'name', 'source', 'url', 'serverUrl', 'httpUrl', 'uri', 'headers', 'http_headers'],
  ...['env_http_headers', 'bearer_token_env_var', 'requestOptions', 'command', 'cmd', 'args', 'env', 'envs'],
  ...['environment', 'env_keys', 'cwd', 'disabled', 'enabled', 'description'],
]);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'object'
      ? JSON.stringify(value)
      : String(value);
}

function pairs(...maps: readonly unknown[]): Pairs {
  return maps
    .filter(isRecord)
    .flatMap((map) => Object.entries(map).map(([key, value]) => [key, textOf(value)] as const));
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(textOf) : [];
}

/** Variables that Codex names instead of values become placeholders; Goose's `env_keys` are names in its own keyring. */
function namedVariables(value: unknown): Pairs {
  return pairs(value).map(([header, variable]) => [header, `\${${variable}}`] as const);
}

/** Field names that our backends have no word for: told to the user, not carried over. */
export function leftOut(entry: Entry): readonly string[] {
  return Object.keys(entry).filter((key) => !UNDERSTOOD.has(key));
}

/** Reads an entry of any known client; undefined when it names neither a command nor an address. */
export function readFields(entry: Entry, clientId: string | undefined): EntryFields | undefined {
  const off = entry.disabled === true || entry.enabled === false;
  const url = entryUrl(entry);
  if (url !== undefined) {
    const options = isRecord(entry.requestOptions) ? entry.requestOptions : {};
    const bearer = entry.bearer_token_env_var;
    const headers = [
      ...pairs(entry.headers, entry.http_headers, options.headers),
      ...namedVariables(entry.env_http_headers),
      ...(typeof bearer === 'string' ? [['Authorization', `Bearer \${${bearer}}`] as const] : []),
    ];
    return { kind: 'remote', transport: transportOf(entry, url, clientId), url, headers, off };
  }
  const program = programOf(entry);
  if (program === undefined) return undefined;
  const keys = texts(entry.env_keys).map((name) => [name, `\${${name}}`] as const);
  const env = [...pairs(entry.env, entry.envs, entry.environment, program.env), ...keys];
  const cwd = typeof entry.cwd === 'string' ? entry.cwd : undefined;
  return { kind: 'process', command: program.command, args: program.args, env, cwd, off };
}

function transportOf(entry: Entry, url: string, clientId: string | undefined): 'http' | 'sse' {
  const said = String(entry.type ?? entry.transport ?? '').toLowerCase();
  if (said === 'sse') return 'sse';
  if (said.includes('http')) return 'http';
  // In Gemini's file `url` means server-sent events and `httpUrl` the newer transport.
  if (clientId === 'gemini-cli' && entry.httpUrl === undefined) return 'sse';
  return /\/sse\/?($|\?)/.test(url) ? 'sse' : 'http';
}

function programOf(
  entry: Entry,
): { readonly command: string; readonly args: readonly string[]; readonly env: unknown } | undefined {
  const said = entry.command ?? entry.cmd;
  if (typeof said === 'string') return { command: said, args: texts(entry.args), env: undefined };
  // opencode joins command and arguments in one list; old Zed settings nest them.
  const [command, ...args] = texts(said);
  if (command !== undefined) return { command, args: [...args, ...texts(entry.args)], env: undefined };
  if (isRecord(said) && typeof said.path === 'string') {
    return { command: said.path, args: texts(said.args), env: said.env };
  }
  return undefined;
}
