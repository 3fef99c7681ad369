import { BRIDGE_TOKEN_VARIABLE, BRIDGE_URL_VARIABLE } from './entry.ts';

const URL_KEYS = ['url', 'serverUrl', 'httpUrl', 'uri'];
const ENV_KEYS = ['env', 'envs', 'environment'];
// Zed, Continue and opencode nest or join; every string of an entry's command and arguments is looked at.
const COMMAND_KEYS = ['command', 'cmd', 'args'];
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The address that an entry calls, under whichever key the client uses; undefined when it starts a process. */
export function entryUrl(entry: unknown): string | undefined {
  if (!isRecord(entry)) return undefined;
  for (const key of URL_KEYS) {
    const value = entry[key];
    if (typeof value === 'string') return value;
  }
  return undefined;
}

function bridgeUrl(entry: Record<string, unknown>): string | undefined {
  for (const key of ENV_KEYS) {
    const env = entry[key];
    if (isRecord(env) && BRIDGE_TOKEN_VARIABLE in env) {
      const url = env[BRIDGE_URL_VARIABLE];
      return typeof url === 'string' ? url : '';
    }
  }
  return undefined;
}

function startsBridge(entry: Record<string, unknown>): boolean {
  const words = COMMAND_KEYS.flatMap((key) => entry[key]).filter((word) => typeof word === 'string');
  return words.some((word) => /(^|[\\/])patchbay(-bridge)?(\.\w+)?$/i.test(word));
}

interface Address {
  readonly host: string;
  readonly port: string;
  readonly path: string;
}

/** The parts of a plain `http` address; `shared` has no URL class, and ours are always of this simple form. */
function parseAddress(text: string): Address | undefined {
  const match = /^http:\/\/(\[[0-9a-f:]+\]|[a-z0-9.-]+)(?::(\d{1,5}))?(\/[^?#]*)?/i.exec(text);
  if (match === null) return undefined;
  return { host: (match[1] ?? '').toLowerCase(), port: match[2] ?? '80', path: match[3] ?? '/' };
}

/** `http://127.0.0.1:<any port>/mcp` and the other loopback spellings: the address of a gateway of ours. */
function looksLikeOurUrl(text: string): boolean {
  const address = parseAddress(text);
  return address !== undefined && LOOPBACK.has(address.host) && address.path === '/mcp';
}

/**
 * Whether an entry is ours, by what it calls and not by its name alone (writer rule 1): a loopback address with our
 * path on any port, or a command that starts our bridge.
 */
export function isOurEntry(entry: unknown): boolean {
  if (!isRecord(entry)) return false;
  const url = entryUrl(entry);
  if (url !== undefined) return looksLikeOurUrl(url);
  return bridgeUrl(entry) !== undefined || startsBridge(entry);
}

/** Whether an entry leads to exactly this endpoint, whatever its name; both loopback spellings count. */
export function pointsAt(entry: unknown, endpoint: string): boolean {
  const url = entryUrl(entry) ?? (isRecord(entry) ? bridgeUrl(entry) : undefined);
  const theirs = url === undefined ? undefined : parseAddress(url);
  const ours = parseAddress(endpoint);
  if (theirs === undefined || ours === undefined) return false;
  const sameHost = theirs.host === ours.host || (LOOPBACK.has(theirs.host) && LOOPBACK.has(ours.host));
  return sameHost && theirs.port === ours.port && theirs.path === ours.path;
}
