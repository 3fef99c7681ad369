import { z } from 'zod';
import type { Principal } from '../../../shared/identity/principal.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import { LIST_KINDS } from '../catalog/kinds.ts';
import { sendJson } from '../edge/answers.ts';
import { type Address, findAddress } from '../routing/address.ts';
import { answerError, type RouteContext } from '../routing/route.ts';
import { findUnlisted } from '../routing/unlisted.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import type { Subscribed } from '../sessions/subscriptions.ts';
import { knowsTasks, leaveTask, listenToTask, missingTasks } from './listened-tasks.ts';
import type { ListenFilter, Listens } from './listens.ts';

const filterSchema = z.object({
  toolsListChanged: z.boolean().optional(),
  promptsListChanged: z.boolean().optional(),
  resourcesListChanged: z.boolean().optional(),
  resourceSubscriptions: z.array(z.string()).max(1_000).optional(),
  taskIds: z.array(z.string()).max(1_000).optional(),
});

const MAX_LISTENS = 64;
const SUBSCRIBE_TIMEOUT_MS = 10_000;

/**
 * Answers subscriptions/listen: the list flags are the gateway's own, since it merges the lists; resources and tasks
 * are split by their owner, and the acknowledgement names only what a backend took (hazard 10).
 */
export function listenHandler(listens: Listens) {
  return async (context: RouteContext): Promise<void> => {
    const { session, message, response } = context;
    const parsed = filterSchema.safeParse(message.params.notifications);
    if (!parsed.success) {
      answerError(context, RPC.invalidParams, 'notifications is missing or wrong.', 'request.params');
      return;
    }
    if (listens.count() >= MAX_LISTENS) {
      answerError(context, RPC.connection, 'Too many listening requests are open.', 'session.busy');
      return;
    }
    if ((parsed.data.taskIds?.length ?? 0) > 0 && !knowsTasks(context)) {
      const [status, text] = missingTasks(message.idText);
      sendJson(response, status, text);
      return;
    }
    const [resources, tasks] = await Promise.all([
      holdAll(parsed.data.resourceSubscriptions, (uri) => subscribe(context, uri)),
      holdAll(parsed.data.taskIds, (taskId) => listenToTask(context, taskId)),
    ]);
    const leave = (): void => {
      for (const { resource, address } of resources.held) unsubscribe(session, resource, address);
      for (const owner of tasks.held) leaveTask(session, owner);
    };
    if (response.destroyed) {
      leave();
      return;
    }
    response.once('close', leave);
    for (const kind of LIST_KINDS) session.lists.served.add(kind);
    const filter = acknowledged(parsed.data, resources.names, tasks.names);
    listens.open({ idText: message.idText, response, filter });
  };
}

/** A resource that somebody listens for, and by which address. */
interface Listened {
  readonly resource: Subscribed;
  readonly address: string;
}

/** Holds what can be held: by which names, and what has to be let go of in the end. */
async function holdAll<T>(
  wanted: readonly string[] | undefined,
  hold: (name: string) => Promise<T | undefined>,
): Promise<{ readonly names: readonly string[]; readonly held: readonly T[] }> {
  const names = [...new Set(wanted)];
  const taken = await Promise.all(names.map(hold));
  return {
    names: names.filter((_, index) => taken[index] !== undefined),
    held: taken.filter((one) => one !== undefined),
  };
}

function acknowledged(
  wanted: ListenFilter,
  uris: readonly string[],
  taskIds: readonly string[],
): ListenFilter {
  return {
    ...(wanted.toolsListChanged === true ? { toolsListChanged: true } : {}),
    ...(wanted.promptsListChanged === true ? { promptsListChanged: true } : {}),
    ...(wanted.resourcesListChanged === true ? { resourcesListChanged: true } : {}),
    ...(uris.length === 0 ? {} : { resourceSubscriptions: uris }),
    ...(taskIds.length === 0 ? {} : { taskIds }),
  };
}

async function subscribe(context: RouteContext, uri: string): Promise<Listened | undefined> {
  const { session, caller } = context;
  const found: Address | undefined = (await findAddress(context, uri)) ?? (await findUnlisted(context, uri));
  const owner = found === undefined ? undefined : session.backends.get(found.backend)?.session;
  const state = owner?.state();
  if (found === undefined || owner === undefined || state?.state !== 'ready') return undefined;
  const { resources } = state.hello.capabilities;
  if (typeof resources !== 'object' || resources === null || !('subscribe' in resources)) return undefined;
  const resource: Subscribed = { backend: found.backend, original: found.original };
  const params = JSON.stringify({ uri: found.original });
  const ask = async (method: string, asker: Principal): Promise<boolean> => {
    const asked = await session.backends
      .get(found.backend)
      ?.session.ask(method, params, asker, SUBSCRIBE_TIMEOUT_MS);
    return asked?.ok === true;
  };
  // Noted before it is asked for: an update may come right behind the answer.
  session.subscriptions.add(resource, uri);
  const granted = await session.heldTopics.hold(keyOf(resource), {
    begin: () => ask('resources/subscribe', caller),
    end: () => ask('resources/unsubscribe', session.principal),
  });
  if (granted) return { resource, address: uri };
  session.subscriptions.remove(resource, uri);
  return undefined;
}

/** The last one who listened tells the backend. */
function unsubscribe(session: ClientSession, resource: Subscribed, address: string): void {
  session.subscriptions.remove(resource, address);
  session.heldTopics.release(keyOf(resource));
}

function keyOf({ backend, original }: Subscribed): string {
  return `${backend}\0${original}`;
}
