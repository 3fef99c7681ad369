/** The three desktop layouts. Named as Node names them, so that no table translates between the two. */
export type Platform = 'darwin' | 'win32' | 'linux';

/**
 * Where a path starts. `xdg-config`: `$XDG_CONFIG_HOME` or `~/.config`; `app-support`: `~/Library/Application Support`;
 * `roaming`: `%APPDATA%`; `local`: `%LOCALAPPDATA%`; `{ env }`: the folder that variable names, skipped when unset.
 */
export type Base = 'home' | 'xdg-config' | 'app-support' | 'roaming' | 'local' | { readonly env: string };

/** One place where a client may keep its file. Paths use `/`; one segment may end in `*` (prefix match). */
export interface FilePlace {
  readonly base: Base;
  readonly file: string;
  /** A folder that exists only when the client is installed; nothing is created without it. `''` is the base itself. */
  readonly marker: string;
  /** The file is edited when it exists and never created: creating it would change what the client reads. */
  readonly existingOnly?: true;
}

export type ClientFormat = 'json' | 'jsonc' | 'yaml' | 'toml';

/** The spelling of an HTTP entry. `headersPath` may be nested; `fixed` stands before the URL as it is. */
export interface HttpShape {
  readonly fixed?: Readonly<Record<string, string | number | boolean>>;
  readonly urlKey: string;
  readonly headersPath: readonly string[];
  readonly after?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  /** How a header value can name an environment variable: between two brackets, or under a key of its own. */
  readonly env?: { readonly open: string; readonly close: string } | { readonly mapKey: string };
}

/** The spelling of an entry that starts a process. `joined`: command and arguments share one array. */
export interface BridgeShape {
  readonly fixed?: Readonly<Record<string, string | number | boolean>>;
  readonly commandKey: string;
  readonly argsKey: string | 'joined';
  readonly envKey: string;
  readonly after?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export type Restart = 'none' | 'reload' | 'restart';

/** Number of independent sources that agree: A three or more, B two, C one or in conflict. */
export type Confidence = 'A' | 'B' | 'C';

interface ClientCommon {
  readonly id: string;
  readonly title: string;
  /** Where entries stand; the first that exists is used, the last is created. A dot in a name is part of the name. */
  readonly containers: readonly (readonly string[])[];
  /** `list`: the container is a list and our entry is the item with our name under `name`. */
  readonly layout: 'map' | 'list';
  /** The entry repeats its own name under this key. */
  readonly nameKey?: string;
  readonly http?: HttpShape;
  readonly bridge?: BridgeShape;
  /** Which way is used when both are possible. */
  readonly prefer: 'http' | 'bridge';
  readonly restart: Restart;
  readonly confidence: Confidence;
  /** What a user should know before confirming; one sentence each. */
  readonly notes: readonly string[];
}

/** A client whose file we edit. */
export interface FileClient extends ClientCommon {
  readonly kind: 'file';
  readonly format: ClientFormat;
  readonly places: Readonly<Record<Platform, readonly FilePlace[]>>;
  /** `first`: one file; `each`: every place where the client is found (rule 8: both kinds of a Windows install). */
  readonly select: 'first' | 'each';
}

/** A client that is set up in its own window only: we offer text to copy. */
export interface CopyClient extends ClientCommon {
  readonly kind: 'copy';
  readonly format: 'json';
  readonly steps: readonly string[];
}

export type ClientDefinition = FileClient | CopyClient;

/** What a client can do, for the column in the connect list. */
export interface Abilities {
  readonly http: boolean;
  readonly ownHeaders: 'entry' | 'bridge';
  readonly envValues: boolean;
  readonly restart: Restart;
}

/** The abilities that follow from a definition; nothing is stated twice. */
export function abilitiesOf(definition: ClientDefinition): Abilities {
  return {
    http: definition.http !== undefined,
    ownHeaders: definition.http !== undefined && definition.prefer === 'http' ? 'entry' : 'bridge',
    envValues: definition.http?.env !== undefined,
    restart: definition.restart,
  };
}
