import { RESOURCE_NOT_FOUND, RPC } from '../../../shared/mcp/protocol.ts';
import { findAddress, forwardTo } from './address.ts';
import { answerError, answerResult, type RouteContext } from './route.ts';
import { findUnlisted, readUnlisted } from './unlisted.ts';

/** Reads a resource: by its list entry, its alias, a template, or by asking the backends that have resources. */
export async function readResource(context: RouteContext): Promise<void> {
  const uri = uriOf(context);
  if (uri === undefined) return;
  const found = await findAddress(context, uri);
  if (found === undefined) readUnlisted(context, uri);
  else forwardTo(context, found);
}

/** Subscribes; updates will come under the address that the client used (hazard 10). */
export async function subscribe(context: RouteContext): Promise<void> {
  const uri = uriOf(context);
  if (uri === undefined) return;
  const found = (await findAddress(context, uri)) ?? (await findUnlisted(context, uri));
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
