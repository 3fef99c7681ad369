import type { SessionBackend } from '../../../electron/gateway/sessions/client-session.ts';
import type { WireGateway } from '../../support/wire-gateway.ts';

/** A backend of the newest session, by its name in the configuration. */
export function backendOf(gateway: WireGateway, name: string): SessionBackend {
  const session = [...gateway.patchbay.gateway.sessions.all()].at(-1);
  const found = [...(session?.backends ?? [])].find(([known]) => known === name)?.[1];
  if (found === undefined) throw new Error(`the session has no backend ${name}`);
  return found;
}
