import { AsyncLocalStorage } from 'node:async_hooks';

/** The raw header list of the HTTP request whose JSON-RPC message is being handled. */
const current = new AsyncLocalStorage<readonly string[]>();

/**
 * Runs `work` so that {@link receivedHeaders} answers with these headers inside it. The MCP library hands its
 * handlers a folded copy only, in which repeated lines and their order are lost.
 * @param rawHeaders Names and values in turn, as `IncomingMessage.rawHeaders` has them.
 */
export function withRawHeaders<T>(rawHeaders: readonly string[], work: () => T): T {
  return current.run(rawHeaders, work);
}

/**
 * The headers of the request at hand: lower-case name to value, several lines of one name joined with `, ` in
 * order (RFC 9110 section 5.3). Each character is one byte of the wire (latin1). Empty outside of a request.
 */
export function receivedHeaders(): Record<string, string> {
  const joined = new Map<string, string>();
  const raw = current.getStore() ?? [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const earlier = joined.get(name);
    joined.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return Object.fromEntries(joined);
}
