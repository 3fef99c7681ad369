import type { Gateway } from '../gateway.ts';
import { within } from '../within.ts';
import type { ClientSession } from './client-session.ts';

/** How long a client waits for backends, in ms, so that it can be told truly what they can (contract section 5). */
const WAIT_MS = 1_000;

/**
 * Waits until every backend of a session that is opening is ready or has failed, but not long: late ones come through
 * list_changed. Those that kept others waiting before are not waited for.
 */
export async function awaitBackends(gateway: Gateway, session: ClientSession): Promise<void> {
  const opening = [...session.backends].flatMap(([name, { session: backend }]) =>
    backend.state().state === 'opening' && !gateway.unresponsive.has(name) ? [backend.ready()] : [],
  );
  await within(Promise.all(opening), WAIT_MS);
}
