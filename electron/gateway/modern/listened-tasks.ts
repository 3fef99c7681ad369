import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { Principal } from '../../../shared/identity/principal.ts';
import { memberOf } from '../../../shared/json/member-of.ts';
import { MODERN_RPC, TASKS_EXTENSION } from '../../../shared/mcp/modern.ts';
import { LISTEN_TO_TASK } from '../../backends/modern/upstream-listen.ts';
import { speaksModern } from '../../backends/session-state.ts';
import type { RouteContext } from '../routing/route.ts';
import type { TaskOwner } from '../routing/task-owners.ts';
import { ownerOfTask } from '../routing/tasks.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { modernErrorText, statusOfCode } from './modern-error.ts';

const ASK_TIMEOUT_MS = 10_000;
const PREFIX = 'task\0';

/** Whether the client of a request says that it knows tasks. */
export function knowsTasks({ modern }: RouteContext): boolean {
  return memberOf(modern?.envelope.capabilities.extensions, TASKS_EXTENSION) !== undefined;
}

/** Status and text of the refusal of a request that names tasks, of a client that did not say that it knows them (SEP-2663). */
export function missingTasks(idText: string): readonly [status: number, text: string] {
  const code = MODERN_RPC.missingCapability;
  const text = modernErrorText(idText, code, 'Listening to tasks needs a client that knows them.', {
    code: 'request.capability',
    requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } },
  });
  return [statusOfCode(code), text];
}

/** Begins to listen to a task at its backend; `undefined` where nobody has it, or its backend does not tell. */
export async function listenToTask(context: RouteContext, taskId: string): Promise<TaskOwner | undefined> {
  const { session, caller } = context;
  const owner = await ownerOfTask(context, taskId);
  const backend = owner === undefined ? undefined : session.backends.get(owner.backend)?.session;
  if (owner === undefined || !speaksModern(backend?.state())) return undefined;
  const params = paramsOf(owner.original);
  const ask = async (method: string, asker: Principal): Promise<boolean> => {
    const asked = await session.backends
      .get(owner.backend)
      ?.session.ask(method, params, asker, ASK_TIMEOUT_MS);
    return asked?.ok === true;
  };
  const granted = await session.heldTopics.hold(keyOf(owner), {
    begin: () => ask(LISTEN_TO_TASK.begin, caller),
    end: () => ask(LISTEN_TO_TASK.end, session.principal),
  });
  return granted ? owner : undefined;
}

/** The last one who listened tells the backend. */
export function leaveTask({ heldTopics }: ClientSession, owner: TaskOwner): void {
  heldTopics.release(keyOf(owner));
}

/** Listens again to what somebody listens to, at a backend that was opened again (hazard 10). */
export async function listenToTasksAgain(session: ClientSession, backend: BackendName): Promise<void> {
  const own = `${PREFIX}${backend}\0`;
  const owner = session.backends.get(backend)?.session;
  for (const key of session.heldTopics.keys()) {
    if (!key.startsWith(own)) continue;
    await owner?.ask(
      LISTEN_TO_TASK.begin,
      paramsOf(key.slice(own.length)),
      session.principal,
      ASK_TIMEOUT_MS,
    );
  }
}

function keyOf({ backend, original }: TaskOwner): string {
  return `${PREFIX}${backend}\0${original}`;
}

function paramsOf(taskId: string): string {
  return JSON.stringify({ taskId });
}
