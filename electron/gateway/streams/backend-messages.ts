import type { BackendName } from '../../../shared/config/backend-name.ts';
import { editMembers } from '../../../shared/json/edit-members.ts';
import { memberAt } from '../../../shared/json/member-at.ts';
import { splice } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import { CLIENT_CAPABILITIES, RPC } from '../../../shared/mcp/protocol.ts';
import { withAskerInRequest } from '../../../shared/mcp/who-asks.ts';
import type { InboundMessage } from '../../backends/transport.ts';
import { progressTokenText } from '../../backends/wire/correlation.ts';
import { LIST_KINDS, LISTS } from '../catalog/kinds.ts';
import type { ClientSession, SessionBackend } from '../sessions/client-session.ts';
import type { Exchange } from './exchange.ts';
import { MAX_WAITING } from './server-requests.ts';

export interface MessageContext {
  readonly session: ClientSession;
  readonly backend: BackendName;
  readonly listsChanged: ClientSession['listsChanged'];
  readonly now: () => number;
}

/** Requests that bother a person or cost money: ten a minute per backend and session (HTP-16). */
const RATE_LIMITED = new Set(['sampling/createMessage', 'elicitation/create']);
const RATE = { requests: 10, windowMs: 60_000 } as const;

/**
 * Decides what becomes of a message that a backend sends to its session: requests get an id of ours, notifications
 * go where they belong. `exchange` is the call on whose stream it arrived; without one it belongs to the session.
 */
export function handleBackendMessage(
  context: MessageContext,
  message: InboundMessage,
  exchange?: Exchange,
): void {
  const owner = context.session.backends.get(context.backend);
  if (owner === undefined || context.session.closed) return;
  if (message.idText !== undefined) handleRequest(context, owner, message, exchange);
  else handleNotification(context, owner, message, exchange);
}

function handleRequest(
  context: MessageContext,
  owner: SessionBackend,
  message: InboundMessage,
  exchange: Exchange | undefined,
): void {
  const { session } = context;
  if (message.method === 'ping') {
    reply(session, owner, `{"jsonrpc":"2.0","id":${message.idText},"result":{}}`);
    return;
  }
  const needed = CLIENT_CAPABILITIES.get(message.method);
  // Without a session there is no stream on which a request could reach a client (2026-07-28, MRTR).
  const isDeaf = session.era === 'modern';
  if (isDeaf || (needed !== undefined && !(needed in session.clientCapabilities))) {
    refuse(session, owner, message, RPC.methodNotFound, `The client cannot answer ${message.method}.`);
  } else if (RATE_LIMITED.has(message.method) && !withinRate(owner, context.now())) {
    refuse(
      session,
      owner,
      message,
      RPC.connection,
      `More than ${RATE.requests} such requests a minute are not passed on.`,
    );
  } else if (session.serverRequests.waiting(owner.session) >= MAX_WAITING) {
    refuse(session, owner, message, RPC.connection, 'Too many requests are waiting for the client.');
  } else {
    const registered = session.serverRequests.register(owner.session, message);
    const bytes = session.saysWhoAsks()
      ? Buffer.from(withAskerInRequest(registered, context.backend))
      : registered;
    exchange?.waitForClient();
    const own = exchange?.takesMessages() === true ? exchange : undefined;
    const stream = own ?? (session.listening.isOpen() ? undefined : openCallOf(session, owner));
    if (stream === undefined) session.listening.send(bytes);
    else {
      stream.waitForClient();
      stream.deliver(bytes, own === undefined ? undefined : message.eventId);
    }
  }
}

/** A call of the same backend: the one other stream on which its request can reach this session's client. */
function openCallOf(session: ClientSession, owner: SessionBackend): Exchange | undefined {
  return [...session.inFlight.values()].find((one) => one.backend === owner.session && one.takesMessages());
}

function withinRate(owner: SessionBackend, now: number): boolean {
  owner.notes.asked = owner.notes.asked.filter((at) => now - at < RATE.windowMs);
  if (owner.notes.asked.length >= RATE.requests) return false;
  owner.notes.asked.push(now);
  return true;
}

function refuse(
  session: ClientSession,
  owner: SessionBackend,
  message: InboundMessage,
  code: number,
  why: string,
): void {
  const error = `{"code":${code},"message":${JSON.stringify(why)}}`;
  reply(session, owner, `{"jsonrpc":"2.0","id":${message.idText},"error":${error}}`);
}

/** Replies of ours on their way, by backend. */
const replying = new WeakMap<SessionBackend, number>();

/** A backend that asks without end and takes no answers gets no more of them: each one waits in memory. */
function reply(session: ClientSession, owner: SessionBackend, text: string): void {
  const waiting = replying.get(owner) ?? 0;
  if (waiting >= MAX_WAITING) {
    owner.notes.dropped++;
    return;
  }
  replying.set(owner, waiting + 1);
  void owner.session.post(Buffer.from(text), session.principal).finally(() => {
    replying.set(owner, (replying.get(owner) ?? 1) - 1);
  });
}

function handleNotification(
  context: MessageContext,
  owner: SessionBackend,
  message: InboundMessage,
  exchange: Exchange | undefined,
): void {
  const { session } = context;
  const kinds = LIST_KINDS.filter((kind) => LISTS[kind].changed === message.method);
  if (kinds.length > 0) {
    session.lists.invalidate(context.backend, kinds);
    const stream = spareStream(session, owner, exchange);
    context.listsChanged(kinds, stream && ((bytes) => stream.deliver(bytes)));
    return;
  }
  const seen = translated(context, owner, message);
  if (seen.length === 0) owner.notes.dropped++;
  for (const bytes of seen) passOn(context, owner, message, bytes, exchange);
}

/** Puts a notification, as the client may see it, where it belongs. */
function passOn(
  { session }: MessageContext,
  owner: SessionBackend,
  message: InboundMessage,
  bytes: Buffer,
  exchange: Exchange | undefined,
): void {
  const isProgress = message.method === 'notifications/progress';
  const ofCall = session.era === 'modern' && LISTENED_FOR.has(message.method) ? undefined : exchange;
  const stream = ofCall ?? (isProgress ? callOfProgress(session, owner, message) : undefined);
  const eventId = ofCall === undefined ? undefined : message.eventId;
  if (isProgress) stream?.prolong();
  if (stream !== undefined) stream.deliver(bytes, eventId, isProgress);
  else if (isProgress) owner.notes.dropped++;
  else {
    const spare = spareStream(session, owner, undefined);
    if (spare === undefined) session.listening.send(bytes);
    else spare.deliver(bytes);
  }
}

/**
 * The call on whose stream a client without a listening stream hears what is no call's own: the one that it came with,
 * or any of a backend whose wire has a single stream for all that it says, where it may well be about that call. None that
 * is only tried there: it would be bound to what may be a refusal.
 */
function spareStream(
  session: ClientSession,
  owner: SessionBackend,
  exchange: Exchange | undefined,
): Exchange | undefined {
  if (session.era === 'modern' || session.listening.isOpen()) return undefined;
  if (exchange?.takesMessages() === true) return exchange;
  if (owner.session.scope.config.type === 'http') return undefined;
  return [...session.inFlight.values()].find(
    (one) => one.backend === owner.session && one.takesMessages() && !one.mayGiveWay(),
  );
}

/**
 * What a modern client hears of on its listening streams alone, wherever it is said; anything else that comes with a call
 * is about that call (2026-07-28, transports).
 */
const LISTENED_FOR = new Set([
  'notifications/resources/updated',
  'notifications/tasks',
  'notifications/tasks/status',
  'notifications/elicitation/complete',
]);

/** The message as the client may see it; none where it is not for this client. */
function translated(
  context: MessageContext,
  owner: SessionBackend,
  message: InboundMessage,
): readonly Buffer[] {
  switch (message.method) {
    case 'notifications/message':
      return [withLogger(message.bytes, context.backend)];
    case 'notifications/resources/updated':
      return withSubscribedUris(context, message.bytes);
    case 'notifications/tasks':
    case 'notifications/tasks/status':
      return [withVisibleTask(context, message.bytes)];
    case 'notifications/cancelled':
      return withClientId(context.session, owner, message.bytes) ?? [];
    default:
      return [message.bytes];
  }
}

/** Tags the logger with the backend's name, so that the reader knows who speaks (hazard 11). */
function withLogger(bytes: Buffer, backend: string): Buffer {
  const params = scanMessage(bytes).members.get('params');
  if (params === undefined || bytes[params.start] !== 0x7b) return bytes;
  const logger = memberAt(bytes, params, 'logger');
  const name: unknown = logger && JSON.parse(bytes.toString('utf8', logger.start, logger.end));
  if (logger !== undefined && typeof name === 'string')
    return Buffer.from(splice(bytes, [{ range: logger, text: JSON.stringify(`${backend}/${name}`) }]));
  const text = editMembers(bytes, params, new Map([['logger', JSON.stringify(backend)]]));
  return Buffer.from(splice(bytes, [{ range: params, text }]));
}

/** Updates go only to clients that subscribed, under each address by which they did (hazard 10). */
function withSubscribedUris({ session, backend }: MessageContext, bytes: Buffer): readonly Buffer[] {
  const range = memberAt(bytes, scanMessage(bytes).members.get('params'), 'uri');
  if (range === undefined) return [];
  const uri: unknown = JSON.parse(bytes.toString('utf8', range.start, range.end));
  return session.subscriptions
    .addressesOf({ backend, original: String(uri) })
    .map((address) =>
      address === uri ? bytes : Buffer.from(splice(bytes, [{ range, text: JSON.stringify(address) }])),
    );
}

/** A task's state, under the id by which the client knows the task (hazard 15). */
function withVisibleTask({ session, backend }: MessageContext, bytes: Buffer): Buffer {
  const range = memberAt(bytes, scanMessage(bytes).members.get('params'), 'taskId');
  const id: unknown = range && JSON.parse(bytes.toString('utf8', range.start, range.end));
  if (range === undefined || typeof id !== 'string') return bytes;
  const visible = session.tasks.visible(backend, id);
  return visible === id ? bytes : Buffer.from(splice(bytes, [{ range, text: JSON.stringify(visible) }]));
}

/** A backend gives up a request of its own: the client knows it by our id. */
function withClientId(session: ClientSession, owner: SessionBackend, bytes: Buffer): [Buffer] | undefined {
  const range = memberAt(bytes, scanMessage(bytes).members.get('params'), 'requestId');
  if (range === undefined) return undefined;
  const idText = session.serverRequests.withdraw(
    owner.session,
    bytes.toString('utf8', range.start, range.end),
  );
  if (idText === undefined) return undefined;
  // Nobody waits for the answer any more.
  session.serverRequests.take(idText);
  return [Buffer.from(splice(bytes, [{ range, text: idText }]))];
}

function callOfProgress(
  session: ClientSession,
  owner: SessionBackend,
  message: InboundMessage,
): Exchange | undefined {
  const token = progressTokenText(message.bytes);
  if (token === undefined) return undefined;
  return [...session.inFlight.values()].find(
    (one) => one.backend === owner.session && one.progressToken === token && !one.mayGiveWay(),
  );
}
