/** What a person pastes into a client's list of MCP servers. Without a token: for a gateway that asks for none. */
export function clientEntry(url: string, token?: string): string {
  const server = { type: 'http', url };
  const entry = token === undefined ? server : { ...server, headers: { Authorization: `Bearer ${token}` } };
  return JSON.stringify({ mcpServers: { patchbay: entry } }, null, 2);
}
