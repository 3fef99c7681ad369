import { parseArgs } from 'node:util';
import {
  BRIDGE_START_VARIABLE,
  BRIDGE_TOKEN_VARIABLE,
  BRIDGE_URL_VARIABLE,
  headerVariable,
} from '../../shared/clients/entry.ts';
import { parseHeaderName } from '../../shared/headers/name.ts';

export interface BridgeSettings {
  readonly url: URL;
  readonly token: string | undefined;
  /** Headers that the client's user set through the environment, by name. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Names that were asked for and whose variable has no value. */
  readonly withoutValue: readonly string[];
  /** Program that starts the gateway when nothing answers; the app's own executable. */
  readonly start: string | undefined;
  /** How long to wait for a gateway that does not answer yet, in ms. */
  readonly waitMs: number;
}

export type ReadSettings =
  | { readonly ok: true; readonly settings: BridgeSettings }
  | { readonly ok: false; readonly message: string };

const DEFAULT_URL = 'http://127.0.0.1:4780/mcp';
const DEFAULT_WAIT_SECONDS = 30;
/** What neither a header of HTTP nor Node takes (RFC 9110 section 5.5). */
const NOT_IN_HEADERS = /[^\t\x20-\x7e\x80-\xff]/;
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Reads what the bridge was started with. Names stand in arguments, values in the environment: arguments are visible
 * to other processes and get mangled by some clients (rules for the bridge). Only a loopback address is accepted,
 * because the token goes there.
 */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): ReadSettings {
  const parsed = parse(args);
  if (typeof parsed === 'string') return { ok: false, message: parsed };
  const text = parsed.url ?? env[BRIDGE_URL_VARIABLE] ?? DEFAULT_URL;
  if (!URL.canParse(text)) return { ok: false, message: 'The address of the gateway cannot be read.' };
  const url = new URL(text);
  if (url.protocol !== 'http:' || !LOOPBACK.has(url.hostname)) {
    return { ok: false, message: 'The gateway must be on this machine: http://127.0.0.1:PORT/mcp.' };
  }
  const token = env[BRIDGE_TOKEN_VARIABLE];
  if (token !== undefined && NOT_IN_HEADERS.test(token)) return unsendable(BRIDGE_TOKEN_VARIABLE);
  const headers: [string, string][] = [];
  const withoutValue: string[] = [];
  for (const name of parsed.header) {
    if (!parseHeaderName(name).ok)
      return { ok: false, message: `--header: ${name.slice(0, 40)} is not a header name.` };
    // The variable is UTF-8 text; a header carries its bytes.
    const value = Buffer.from(env[headerVariable(name)] ?? '').toString('latin1');
    if (NOT_IN_HEADERS.test(value)) return unsendable(headerVariable(name));
    if (value === '') withoutValue.push(name);
    else headers.push([name, value]);
  }
  return {
    ok: true,
    settings: {
      url,
      token,
      headers,
      withoutValue,
      start: parsed.start ?? env[BRIDGE_START_VARIABLE],
      waitMs: parsed.wait * 1000,
    },
  };
}

function unsendable(variable: string): ReadSettings {
  return { ok: false, message: `${variable} holds a line break or another character that no header takes.` };
}

interface Options {
  readonly url: string | undefined;
  readonly header: readonly string[];
  readonly start: string | undefined;
  readonly wait: number;
}

function parse(args: readonly string[]): Options | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        url: { type: 'string' },
        header: { type: 'string', multiple: true },
        start: { type: 'string' },
        wait: { type: 'string' },
      },
      strict: true,
    });
    const wait = values.wait === undefined ? DEFAULT_WAIT_SECONDS : Number(values.wait);
    if (!Number.isFinite(wait) || wait < 0 || wait > 600) return '--wait takes seconds, from 0 to 600.';
    return { url: values.url, header: values.header ?? [], start: values.start, wait };
  } catch (error) {
    return error instanceof Error ? error.message : 'The arguments cannot be read.';
  }
}
