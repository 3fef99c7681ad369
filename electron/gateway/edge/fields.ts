/** The header fields that the edge decides by, read from the raw list so that every duplicate is seen. */
export interface EdgeFields {
  readonly count: number;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentLength: string | undefined;
  readonly accept: string | undefined;
  readonly secFetchSite: string | undefined;
  readonly sessionId: string | undefined;
  readonly protocolVersion: string | undefined;
  readonly lastEventId: string | undefined;
  readonly hop: string | undefined;
  /** Names of fields that may stand once and stood twice; never "first wins" (threats.md 5.2). */
  readonly duplicates: readonly string[];
}

type FieldKey = Exclude<keyof EdgeFields, 'count' | 'duplicates'>;

const KEYS = new Map<string, FieldKey>([
  ['host', 'host'],
  ['origin', 'origin'],
  ['authorization', 'authorization'],
  ['content-type', 'contentType'],
  ['content-encoding', 'contentEncoding'],
  ['content-length', 'contentLength'],
  ['accept', 'accept'],
  ['sec-fetch-site', 'secFetchSite'],
  ['mcp-session-id', 'sessionId'],
  ['mcp-protocol-version', 'protocolVersion'],
  ['last-event-id', 'lastEventId'],
  ['x-patchbay-hop', 'hop'],
]);

/** Fields that a client may send in several lines; they are joined (RFC 9110 section 5.3). */
const LISTS = new Set<FieldKey>(['accept']);

/** Reads the fields in one pass over Node's raw header list (name, value, name, value). */
export function readEdgeFields(rawHeaders: readonly string[]): EdgeFields {
  const found: Partial<Record<FieldKey, string>> = {};
  const duplicates: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const key = KEYS.get((rawHeaders[at] as string).toLowerCase());
    if (key === undefined) continue;
    const value = rawHeaders[at + 1] as string;
    const earlier = found[key];
    if (earlier === undefined) found[key] = value;
    else if (LISTS.has(key)) found[key] = `${earlier}, ${value}`;
    else duplicates.push(rawHeaders[at] as string);
  }
  return { ...EMPTY, ...found, count: rawHeaders.length / 2, duplicates };
}

const EMPTY: Omit<EdgeFields, 'count' | 'duplicates'> = {
  host: undefined,
  origin: undefined,
  authorization: undefined,
  contentType: undefined,
  contentEncoding: undefined,
  contentLength: undefined,
  accept: undefined,
  secFetchSite: undefined,
  sessionId: undefined,
  protocolVersion: undefined,
  lastEventId: undefined,
  hop: undefined,
};
