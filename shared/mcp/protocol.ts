/** Revisions with `initialize` and sessions that the gateway speaks, newest first. */
const LEGACY_VERSIONS = ['2025-11-25', '2025-06-18', '2025-03-26', '2024-11-05'] as const;
export type LegacyVersion = (typeof LEGACY_VERSIONS)[number];

/** The newest revision that `initialize` may negotiate; 2026-07-28 is never offered there. */
export const NEWEST_LEGACY_VERSION: LegacyVersion = '2025-11-25';

/** Whether this is a revision with `initialize` and sessions that the gateway speaks. */
export function isLegacyVersion(text: string): text is LegacyVersion {
  return (LEGACY_VERSIONS as readonly string[]).includes(text);
}

/** Levels of log messages, the least important first (RFC 5424 section 6.2.1). */
export const LOG_LEVELS = [
  'debug',
  'info',
  'notice',
  'warning',
  'error',
  'critical',
  'alert',
  'emergency',
] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** JSON-RPC error codes that the gateway itself answers with (threats.md section 3). */
export const RPC = {
  parse: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  connection: -32000,
  timeout: -32001,
  /** The same number: SDKs use it for both (B68). */
  unknownSession: -32001,
} as const;
export type RpcCode = (typeof RPC)[keyof typeof RPC];

/** What a server may ask its client for, and the capability that the client has for it (hazard 3). */
export const CLIENT_CAPABILITIES: ReadonlyMap<string, string> = new Map([
  ['sampling/createMessage', 'sampling'],
  ['elicitation/create', 'elicitation'],
  ['roots/list', 'roots'],
]);

/** A resource that nobody has, until 2025-11-25; the revision after it says invalid params. */
export const RESOURCE_NOT_FOUND = -32002;

/** The error by which a server asks for an elicitation at an address first (2025-11-25, elicitation). */
export const URL_ELICITATION_REQUIRED = -32042;
