import { differsFromCaptured } from '../../../shared/headers/capture.ts';
import type { EdgeRequest } from '../edge/handle-post.ts';
import { type ClientSession, touch } from './client-session.ts';

/** Notes a request of the client on its session, by whatever HTTP method: when it came, and which of its headers differ by now. */
export function noteUse({ gateway, request }: EdgeRequest, session: ClientSession): void {
  const { ports, events } = gateway.options;
  touch(session, ports.now());
  if (noteDrift(session, request.rawHeaders, ports.now())) events.sessionChanged(session);
}

/**
 * Marks headers that a later request sends differently, with the time of the first difference and the kind of the
 * latest. The captured value stays in force (contract 1.3). True where a mark is new or says another thing.
 */
function noteDrift(session: ClientSession, rawHeaders: readonly string[], now: number): boolean {
  if (session.allowlist.length === 0) return false;
  let isChanged = false;
  for (const { name, kind } of differsFromCaptured(rawHeaders, session.allowlist, session.captured)) {
    const known = session.drift.get(name);
    if (known?.kind === kind) continue;
    session.drift.set(name, { since: known?.since ?? now, kind });
    isChanged = true;
  }
  return isChanged;
}
