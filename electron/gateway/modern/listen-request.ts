import { z } from 'zod';
import type { BackendName } from '../../../shared/config/backend-name.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import { LIST_KINDS } from '../catalog/kinds.ts';
import { sendJson } from '../edge/answers.ts';
import { type Address, findAddress, onlyCandidate } from '../routing/resources.ts';
import { answerError, type RouteContext } from '../routing/route.ts';
import type { ClientSession } from '../sessions/client-session.ts';
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

/** A resource that somebody listens for, at the backend that owns it. */
interface Subscribed {
  readonly backend: BackendName;
  readonly original: string;
}

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
      for (const owner of resources.held) unsubscribe(session, owner);
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

async function subscribe(context: RouteContext, uri: string): Promise<Subscribed | undefined> {
  const { session, caller } = context;
  const found: Address | undefined = (await findAddress(context, uri)) ?? onlyCandidate(session, uri);
  const owner = found === undefined ? undefined : session.backends.get(found.backend)?.session;
  const state = owner?.state();
  if (found === undefined || owner === undefined || state?.state !== 'ready') return undefined;
  const { resources } = state.hello.capabilities;
  if (typeof resources !== 'object' || resources === null || !('subscribe' in resources)) return undefined;
  const { backend, original } = found;
  const key = `${backend}\0${original}`;
  const holders = session.subscriptionHolders.get(key) ?? 0;
  session.subscriptionHolders.set(key, holders + 1);
  session.subscriptions.set(key, { backend, advertised: uri });
  if (holders > 0) return { backend, original };
  const params = JSON.stringify({ uri: original });
  const asked = await owner.ask('resources/subscribe', params, caller, SUBSCRIBE_TIMEOUT_MS);
  if (asked.ok) return { backend, original };
  unsubscribe(session, { backend, original });
  return undefined;
}

/** The last one who listened tells the backend. */
function unsubscribe(session: ClientSession, { backend, original }: Subscribed): void {
  const key = `${backend}\0${original}`;
  const holders = (session.subscriptionHolders.get(key) ?? 1) - 1;
  if (holders > 0) {
    session.subscriptionHolders.set(key, holders);
    return;
  }
  session.subscriptionHolders.delete(key);
  session.subscriptions.delete(key);
  const params = JSON.stringify({ uri: original });
  void session.backends
    .get(backend)
    ?.session.ask('resources/unsubscribe', params, session.principal, SUBSCRIBE_TIMEOUT_MS);
}
