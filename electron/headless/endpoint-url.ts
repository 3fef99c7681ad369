import type { GatewaySettings } from '../../shared/config/config.ts';

/** Where clients reach a gateway with these settings. */
export function endpointUrl({ host, port }: Pick<GatewaySettings, 'host' | 'port'>): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}/mcp`;
}
