import type { Principal } from '../../../shared/identity/principal.ts';
import { idKey } from '../../../shared/json/id-key.ts';
import { memberAt } from '../../../shared/json/member-at.ts';
import { splice } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import type { ClientMessage } from '../edge/client-message.ts';
import type { ClientSession } from '../sessions/client-session.ts';

type Notification = Extract<ClientMessage, { kind: 'notification' }>;
type ClientResponse = Extract<ClientMessage, { kind: 'response' }>;

/** Takes a client's notification. Unknown ones go nowhere when more than one backend could be meant. */
export function takeNotification(session: ClientSession, caller: Principal, message: Notification): void {
  switch (message.method) {
    case 'notifications/initialized':
      return;
    case 'notifications/cancelled':
      cancel(session, caller, message);
      return;
    case 'notifications/progress':
      passProgress(session, caller, message);
      return;
    case 'notifications/roots/list_changed':
      for (const { session: backend } of session.backends.values()) void backend.post(message.bytes, caller);
      return;
    default: {
      const [only, ...others] = [...session.backends.values()];
      if (only !== undefined && others.length === 0) void only.session.post(message.bytes, caller);
    }
  }
}

/** Routes a cancellation to the backend that has the call, and to no other; an unknown id is ignored (hazard 5). */
function cancel(session: ClientSession, caller: Principal, message: Notification): void {
  const range = memberAt(message.bytes, message.paramsRange, 'requestId');
  if (range === undefined) return;
  const key = idKey(message.bytes.toString('utf8', range.start, range.end));
  const exchange = session.inFlight.get(key);
  if (exchange === undefined) {
    const waiting = session.preparing.get(key);
    if (waiting !== undefined) waiting.givenUp = true;
    return;
  }
  void exchange.backend.post(message.bytes, caller);
  exchange.cancel();
}

/** A client's progress on a backend's request goes back under the token that the backend chose. */
function passProgress(session: ClientSession, caller: Principal, message: Notification): void {
  const range = memberAt(message.bytes, message.paramsRange, 'progressToken');
  if (range === undefined) return;
  const owner = session.serverRequests.progressOwner(message.bytes.toString('utf8', range.start, range.end));
  if (owner === undefined) return;
  void owner.backend.post(Buffer.from(splice(message.bytes, [{ range, text: owner.originalToken }])), caller);
}

/** A client's answer to a backend's request goes back once, under the id that the backend gave (hazard 1). */
export function takeResponse(session: ClientSession, caller: Principal, message: ClientResponse): void {
  const waiting = session.serverRequests.take(message.idText);
  const id = scanMessage(message.bytes).members.get('id');
  if (waiting === undefined || id === undefined) return;
  void waiting.backend.post(
    Buffer.from(splice(message.bytes, [{ range: id, text: waiting.originalId }])),
    caller,
  );
}
