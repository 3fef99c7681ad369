import { RPC } from '../../../shared/mcp/protocol.ts';
import { failure } from '../../backends/failure.ts';
import type { ClientSession } from './client-session.ts';
import type { SessionStore } from './session-store.ts';

/**
 * Ends a session and everything that it opened: calls under way get -32000, backend sessions their DELETE, processes
 * are stopped, in parallel; captured values go with the object (SES-08, hazard 21). Rejects never.
 */
export async function endSession(store: SessionStore, session: ClientSession, why: string): Promise<void> {
  if (session.closed) return;
  session.closed = true;
  store.remove(session);
  const over = failure('session.ended', why, { rpcCode: RPC.connection });
  for (const exchange of [...session.inFlight.values()]) exchange.failed(over);
  session.listening.close();
  const endings = [...session.backends.values()].map((backend) => backend.session.close());
  session.backends.clear();
  await Promise.allSettled(endings);
}
