import type { EdgeRequest } from '../edge/handle-post.ts';
import { type Refusal, refusal } from '../edge/refusal.ts';
import type { Gateway } from '../gateway.ts';
import { readHops } from './hops.ts';

export type CheckedHops =
  | { readonly ok: true; readonly hops: readonly string[] }
  | { readonly ok: false; readonly refusal: Refusal };

const RETRY_AFTER_SECONDS = '30';

/** The gateways that a request came through. Refused where we are among them, or where they are too many (CFG-13). */
export function checkHops({ gateway, fields }: EdgeRequest): CheckedHops {
  const hops = readHops(fields.hop);
  if (hops === undefined || hops.includes(gateway.options.ports.hop))
    return { ok: false, refusal: refusal(400, 'backend.loop', 'The gateway was asked to call itself.') };
  return { ok: true, hops };
}

/** Why nobody can open a session for now: the gateway is closing, or has as many as it may have (RES-02). */
export function whyNoneCanOpen(gateway: Gateway): Refusal | undefined {
  const headers = { 'Retry-After': RETRY_AFTER_SECONDS };
  if (gateway.draining) return refusal(503, 'gateway.closing', 'The gateway is closing.', { headers });
  if (gateway.sessions.size() < gateway.options.config().gateway.maxSessions) return undefined;
  return refusal(503, 'session.limit', 'As many sessions as are allowed are open.', { headers });
}
