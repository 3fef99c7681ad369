import type { BackendName } from '../../../shared/config/backend-name.ts';
import { readModernAnswer } from '../../backends/modern/modern-answer.ts';
import type { RouteContext } from '../routing/route.ts';
import type { ClientSession } from '../sessions/client-session.ts';

/** Questions remembered for one session; the oldest are forgotten. */
const MAX_ASKED = 256;

/** By session: which backend answered a read of this address, which no list has, by asking something first. */
const askers = new WeakMap<ClientSession, Map<string, BackendName>>();

/**
 * Whether a read brings what its client was asked for, or the state of the one who asked (MRTR): both are that backend's
 * alone, and a person's words are taken to nobody else.
 */
export function bringsAnswers({ modern, message }: RouteContext): boolean {
  return modern !== undefined && ('inputResponses' in message.params || 'requestState' in message.params);
}

/** The backend that asked when this address was read. */
export function askerOf({ session }: RouteContext, uri: string): BackendName | undefined {
  return askers.get(session)?.get(uri);
}

/** Remembers who asks, from an answer that is passed on as it is. */
export function noteAsker(
  { session }: RouteContext,
  uri: string,
  backend: BackendName,
  answer: Buffer,
): Buffer {
  if (!answer.includes('"input_required"') || readModernAnswer(answer).kind !== 'input') return answer;
  const known = askers.get(session) ?? new Map<string, BackendName>();
  askers.set(session, known);
  known.delete(uri);
  known.set(uri, backend);
  const oldest = known.size > MAX_ASKED ? known.keys().next().value : undefined;
  if (oldest !== undefined) known.delete(oldest);
  return answer;
}
