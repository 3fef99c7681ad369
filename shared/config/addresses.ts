/** Whether a URL's host name (as the URL parser spells it) is this machine for certain. */
export function isLoopbackHost(hostname: string): boolean {
  const host = bare(hostname);
  return (
    host === 'localhost' || host.endsWith('.localhost') || host === '::1' || isLoopbackV4(mappedV4(host))
  );
}

/**
 * Whether a URL is one of our own endpoints: any name of this machine, one of our ports, the MCP path (CFG-13).
 * `0.0.0.0` and `::` count, since connecting to them reaches loopback on Linux and macOS.
 */
export function isOwnEndpoint(url: URL, ownPorts: readonly number[]): boolean {
  const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port);
  const host = bare(url.hostname);
  const here = isLoopbackHost(url.hostname) || host === '0.0.0.0' || host === '::';
  return here && ownPorts.includes(port) && /^\/mcp\/?$/.test(url.pathname);
}

/** The URL, or undefined where the text is none. */
export function parseUrl(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

function bare(hostname: string): string {
  return hostname
    .replace(/^\[|\]$/g, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

function isLoopbackV4(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host);
}

// The URL parser writes ::ffff:127.0.0.1 as ::ffff:7f00:1.
function mappedV4(host: string): string {
  const match = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
  if (match === null) return host;
  const [high, low] = [Number.parseInt(match[1] ?? '', 16), Number.parseInt(match[2] ?? '', 16)];
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
