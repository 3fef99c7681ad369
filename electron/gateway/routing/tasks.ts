import type { BackendName } from '../../../shared/config/backend-name.ts';
import { TASKS_EXTENSION } from '../../../shared/mcp/modern.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import { memberOf } from '../../backends/modern/modern-answer.ts';
import { memberAt } from '../streams/server-requests.ts';
import { replaceIn } from './by-name.ts';
import { forward } from './forward.ts';
import { answerError, answerResult, type RouteContext } from './route.ts';
import type { TaskOwner } from './task-owners.ts';

const ASK_TIMEOUT_MS = 10_000;
const MAX_PAGES = 20;

/** Whether the answer to this call may be a task: it asks for one, or its client says that it takes them. */
export function mayBecomeTask({ session, message, way }: RouteContext): boolean {
  const capabilities = way === undefined ? session.clientCapabilities : way.envelope.capabilities;
  return 'task' in message.params || memberOf(capabilities.extensions, TASKS_EXTENSION) !== undefined;
}

/** Remembers whose the task in an answer is; the answer as the client may see it. */
export function noteTask({ session }: RouteContext, backend: BackendName, answer: Buffer): Buffer {
  if (!answer.includes('"taskId"')) return answer;
  const result = memberOf(JSON.parse(answer.toString('utf8')), 'result');
  const task = memberOf(result, 'taskId') ?? memberOf(memberOf(result, 'task'), 'taskId');
  return typeof task === 'string' ? withTaskId(answer, task, session.tasks.note(backend, task)) : answer;
}

/** Routes a method about one task to the backend that has it. */
export async function aboutTask(context: RouteContext): Promise<void> {
  const { session, message } = context;
  const { taskId } = message.params;
  if (typeof taskId !== 'string') {
    answerError(context, RPC.invalidParams, 'taskId must be a string.', 'request.params');
    return;
  }
  const owner = session.tasks.find(taskId) ?? (await findOwner(context, taskId));
  if (owner === undefined) {
    answerError(context, RPC.invalidParams, 'There is no task of this id.', 'request.params');
    return;
  }
  const { backend, original } = owner;
  const bytes =
    original === taskId
      ? message.bytes
      : replaceIn(
          message.bytes,
          { start: 0, end: message.bytes.length },
          memberAt(message.bytes, message.paramsRange, 'taskId'),
          original,
        );
  const onAnswer = (answer: Buffer): Buffer => withTaskId(answer, original, taskId);
  forward(context, { backend, bytes, target: taskId, onAnswer });
}

/** A task of an earlier session: the only backend that has tasks, else the first one that knows it. */
async function findOwner({ session, caller }: RouteContext, taskId: string): Promise<TaskOwner | undefined> {
  const candidates = [...session.backends].filter(([, { session: one }]) => hasTasks(one));
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return { backend: only[0], original: taskId };
  for (const [backend, { session: one }] of candidates) {
    const asked = await one.ask('tasks/get', JSON.stringify({ taskId }), caller, ASK_TIMEOUT_MS);
    if (!asked.ok) continue;
    session.tasks.note(backend, taskId);
    return { backend, original: taskId };
  }
  return undefined;
}

/** Answers tasks/list with the tasks of all backends (2025-11-25; the newer revision has no such list). */
export async function listTasks(context: RouteContext): Promise<void> {
  const { session } = context;
  const owners = [...session.backends].filter(([, { session: one }]) => hasTasks(one));
  const lists = await Promise.all(
    owners.map(async ([backend, { session: one }]) => {
      const tasks = await tasksOf(context, one);
      return tasks.map((task) => ({ ...task, taskId: session.tasks.note(backend, task.taskId) }));
    }),
  );
  answerResult(context, JSON.stringify({ tasks: lists.flat() }));
}

interface Task {
  readonly taskId: string;
}

async function tasksOf({ caller }: RouteContext, backend: BackendSession): Promise<Task[]> {
  const tasks: Task[] = [];
  const seen = new Set<unknown>();
  let cursor: unknown;
  for (let page = 0; page < MAX_PAGES; page++) {
    const params = cursor === undefined ? '{}' : JSON.stringify({ cursor });
    const asked = await backend.ask('tasks/list', params, caller, ASK_TIMEOUT_MS);
    // One backend that fails does not fail the list.
    if (!asked.ok) break;
    const found = memberOf(asked.result, 'tasks');
    if (Array.isArray(found)) tasks.push(...found.filter(isTask));
    cursor = memberOf(asked.result, 'nextCursor');
    if (typeof cursor !== 'string' || seen.has(cursor)) break;
    seen.add(cursor);
  }
  return tasks;
}

function isTask(value: unknown): value is Task {
  return typeof memberOf(value, 'taskId') === 'string';
}

function hasTasks(backend: BackendSession): boolean {
  const state = backend.state();
  if (state.state !== 'ready') return false;
  const { tasks, extensions } = state.hello.capabilities;
  return tasks !== undefined || memberOf(extensions, TASKS_EXTENSION) !== undefined;
}

/** A message under another task id; only where two backends chose the same one does a byte change. */
export function withTaskId(bytes: Buffer, from: string, to: string): Buffer {
  if (from === to) return bytes;
  const text = JSON.stringify(from);
  return Buffer.from(
    bytes
      .toString('utf8')
      .replace(/("taskId"\s*:\s*)("(?:[^"\\]|\\.)*")/g, (whole, head: string, id: string) =>
        id === text ? `${head}${JSON.stringify(to)}` : whole,
      ),
  );
}
