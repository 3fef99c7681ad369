import type { BackendName } from '../../../shared/config/backend-name.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { MergedEntry } from '../catalog/merge.ts';
import { readAlias } from '../catalog/resource-alias.ts';
import { matchesTemplate } from '../catalog/uri-template.ts';
import { askerOf, bringsAnswers, noteAsker } from '../modern/askers.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { renamed } from './by-name.ts';
import { type Forwarding, forward } from './forward.ts';
import { asOneEntry } from './one-entry.ts';
import { answerError, answerResult, type RouteContext } from './route.ts';

/** Resource not found, MCP 2025-11-25 server/resources. */
const RESOURCE_NOT_FOUND = -32002;

export type Address = Pick<MergedEntry, 'advertised' | 'original' | 'backend'>;

/** Reads a resource: by its list entry, its alias, a template, or by asking the backends that have resources. */
export async function readResource(context: RouteContext): Promise<void> {
  const uri = uriOf(context);
  if (uri === undefined) return;
  const found = await findAddress(context, uri);
  if (found === undefined) tryEach(context, uri);
  else forwardTo(context, found);
}

/** Subscribes; updates will come under the address that the client used (hazard 10). */
export async function subscribe(context: RouteContext): Promise<void> {
  const uri = uriOf(context);
  if (uri === undefined) return;
  const found = (await findAddress(context, uri)) ?? onlyCandidate(context.session, uri);
  if (found === undefined) {
    answerError(context, RESOURCE_NOT_FOUND, 'No backend has this resource.', 'request.params');
    return;
  }
  const { subscriptions } = context.session;
  if (context.message.method === 'resources/subscribe') {
    if (!subscriptions.has(found, uri)) subscriptions.add(found, uri);
  } else if (!subscriptions.remove(found, uri)) {
    // It is still subscribed to by its other address.
    answerResult(context, '{}');
    return;
  }
  const state = context.session.backends.get(found.backend)?.session.state();
  const resources = state?.state === 'ready' ? state.hello.capabilities.resources : undefined;
  const canSubscribe = typeof resources === 'object' && resources !== null && 'subscribe' in resources;
  if (canSubscribe) forwardTo(context, found);
  else answerResult(context, '{}');
}

function uriOf(context: RouteContext): string | undefined {
  const { uri } = context.message.params;
  if (typeof uri === 'string') return uri;
  answerError(context, RPC.invalidParams, 'uri must be a string.', 'request.params');
  return undefined;
}

export async function findAddress(
  { session, caller }: RouteContext,
  uri: string,
): Promise<Address | undefined> {
  const alias = readAlias(uri);
  if (alias !== undefined)
    return { advertised: uri, original: alias.original, backend: alias.backend as BackendName };
  const listed = session.lists.current('resources') ?? (await session.lists.load('resources', caller));
  const entry = listed.byName.get(uri) ?? session.lists.lastKnown('resources', uri);
  if (entry !== undefined) return entry;
  const templates = session.lists.current('templates') ?? (await session.lists.load('templates', caller));
  const template = templates.entries.find(({ original }) => matchesTemplate(original, uri));
  return template && { advertised: uri, original: uri, backend: template.backend };
}

function forwardTo(
  context: RouteContext,
  address: Address,
  trying: Pick<Forwarding, 'otherwise' | 'isLaterTry' | 'onAnswer'> = {},
): void {
  const bytes = renamed(context, 'uri', address as MergedEntry);
  if (bytes === undefined)
    answerError(context, RPC.invalidParams, 'params name a member twice.', 'request.params');
  else forward(context, { backend: address.backend, bytes, target: address.advertised, ...trying });
}

function candidates(session: ClientSession): BackendName[] {
  return [...session.backends].flatMap(([name, owner]) => {
    const state = owner.session.state();
    return state.state === 'ready' && 'resources' in state.hello.capabilities ? [name] : [];
  });
}

export function onlyCandidate(session: ClientSession, uri: string): Address | undefined {
  const [first, ...others] = candidates(session);
  return first === undefined || others.length > 0
    ? undefined
    : { advertised: uri, original: uri, backend: first };
}

/**
 * An address that no list and no template knows, such as a link inside a tool's answer: the backends with resources
 * are asked in order, reads being repeatable; the last one's own error is what the client gets.
 */
function tryEach(context: RouteContext, uri: string): void {
  const all = candidates(context.session);
  const asker = bringsAnswers(context) && all.length > 1 ? [askerOf(context, uri)] : all;
  const names = asker.filter((name) => name !== undefined);
  if (names.length > 0) tryNext({ ...context, record: asOneEntry(context.record) }, uri, names, false);
  else answerError(context, RESOURCE_NOT_FOUND, 'No backend has this resource.', 'request.params');
}

function tryNext(
  context: RouteContext,
  uri: string,
  [backend, ...others]: readonly BackendName[],
  isLaterTry: boolean,
): void {
  if (backend === undefined) return;
  const address = { advertised: uri, original: uri, backend };
  const otherwise = (): void => tryNext(context, uri, others, true);
  const onAnswer = (answer: Buffer): Buffer => noteAsker(context, uri, backend, answer);
  forwardTo(context, address, {
    isLaterTry,
    ...(others.length === 0 ? {} : { otherwise }),
    ...(context.modern === undefined ? {} : { onAnswer }),
  });
}
