import type { GatewaySettings } from '../../../shared/config/config.ts';
import type { ClientStatus } from '../../clients/detect.ts';
import type { Finding } from './finding.ts';

/** Which clients of this machine lead to the gateway, and what keeps one from it. */
export function checkClients(
  clients: readonly ClientStatus[],
  { auth }: GatewaySettings,
): readonly Finding[] {
  const installed = clients.filter((client) => client.installed);
  if (installed.length === 0) {
    return [
      { check: 'clients', subject: '', state: 'note', message: 'none that we know is on this machine' },
    ];
  }
  const noToken = auth.mode === 'local' && auth.tokens.length === 0;
  return installed.map((client) => clientFinding(client, noToken));
}

function clientFinding({ id, title, connection, problems }: ClientStatus, noToken: boolean): Finding {
  const common = { check: 'clients', subject: title } as const;
  const again = `patchbay connect ${id}`;
  switch (connection) {
    case 'connected':
      if (!noToken) return { ...common, state: 'well', message: 'leads to the gateway' };
      return {
        ...common,
        state: 'problem',
        message: 'leads to the gateway, but there is no token to call with',
        fix: again,
      };
    case 'elsewhere':
      return {
        ...common,
        state: 'problem',
        message: 'has our entry, but it leads to another address',
        fix: again,
      };
    case 'not-connected':
      return { ...common, state: 'note', message: `is here and not connected (${again})` };
    case 'unreadable': {
      const { message = 'Its file cannot be used.', fix = 'Look at its file.' } = problems[0] ?? {};
      return { ...common, state: 'problem', message, fix };
    }
  }
}
