/** The revision without sessions: every request carries its own envelope (MCP 2026-07-28, basic). */
export const MODERN_VERSION = '2026-07-28';

/** The reserved `_meta` keys of the modern era. */
export const META = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
} as const;

/** The extension of long-running calls (SEP-2663). */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

/** What a request says of itself; never passed on to a backend of the other era (hazard 16). */
export const ENVELOPE_KEYS: readonly string[] = [
  META.protocolVersion,
  META.clientCapabilities,
  META.clientInfo,
  META.logLevel,
];

/** Error codes that the modern revision reserves; each is answered with HTTP 400. */
export const MODERN_RPC = {
  headerMismatch: -32020,
  missingCapability: -32021,
  unsupportedVersion: -32022,
} as const;

/** The params member that the header `Mcp-Name` repeats, per method; the task methods are of the tasks extension. */
const NAME_SOURCE: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
  ['tasks/get', 'taskId'],
  ['tasks/update', 'taskId'],
  ['tasks/cancel', 'taskId'],
]);

/** Which member of params `Mcp-Name` repeats; `undefined` for methods that have no such header. */
export function nameSourceOf(method: string): string | undefined {
  return NAME_SOURCE.get(method);
}
