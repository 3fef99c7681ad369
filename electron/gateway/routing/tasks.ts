import type { BackendName } from '../../../shared/config/backend-name.ts';
import { memberAt } from '../../../shared/json/member-at.ts';
import { memberOf } from '../../../shared/json/member-of.ts';
import { envelopeOf } from '../../../shared/mcp/envelope.ts';
import { TASKS_EXTENSION } from '../../../shared/mcp/modern.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import { speaksModern } from '../../backends/session-state.ts';
import { readExtra } from '../catalog/list-extra.ts';
import { listRanges } from '../catalog/slice.ts';
import { replaceIn } from './by-name.ts';
import { forward } from './forward.ts';
import { isBeginning } from './lists.ts';
import { answerError, answerResult, type RouteContext } from './route.ts';
import { readTaskAlias, type TaskOwner } from './task-owners.ts';

const ASK_TIMEOUT_MS = 10_000;
const MAX_PAGES = 20;

/** Whether the answer to this call may be a task: it asks for one, or its client says that it takes them. */
export function mayBecomeTask({ session, message, modern }: RouteContext): boolean {
  const capabilities = modern === undefined ? session.clientCapabilities : modern.envelope.capabilities;
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
  const { message } = context;
  const { taskId } = message.params;
  if (typeof taskId !== 'string') {
    answerError(context, RPC.invalidParams, 'taskId must be a string.', 'request.params');
    return;
  }
  const owner = await ownerOfTask(context, taskId);
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

/** Whose task this is; `undefined` where nobody has it, or several have one of this id and none was handed out here. */
export async function ownerOfTask(context: RouteContext, taskId: string): Promise<TaskOwner | undefined> {
  const { tasks, lists } = context.session;
  const known = tasks.find(taskId);
  if (known !== undefined) return known;
  // A client without a session may begin with a task that it kept, before any backend is open.
  if (lists.current('tools') === undefined) await lists.load('tools', context.caller);
  const candidates = [...context.session.backends].flatMap(([backend, { session: one }]) =>
    hasTasks(one, context) ? [backend] : [],
  );
  const found = await findOwner(context, taskId, candidates);
  if (found !== undefined) tasks.keep(taskId, found);
  return found;
}

/** A task of an earlier session: the only backend that has tasks, else the only one that knows it. */
async function findOwner(
  context: RouteContext,
  taskId: string,
  candidates: readonly BackendName[],
): Promise<TaskOwner | undefined> {
  const aliased = readTaskAlias(taskId, candidates);
  const [only, ...others] = candidates;
  if (only !== undefined && others.length === 0) return aliased ?? { backend: only, original: taskId };
  const answers = await Promise.all(candidates.map((backend) => asksForTask(context, backend, taskId)));
  const owners = candidates.filter((_, index) => answers[index]);
  const [owner] = owners;
  if (owner === undefined) return aliased;
  return owners.length === 1 ? { backend: owner, original: taskId } : undefined;
}

/** Whether a backend knows a task. It is asked in the name of the present client, whose capabilities it looks at. */
async function asksForTask(
  { session, message, caller, modern }: RouteContext,
  backend: BackendName,
  taskId: string,
): Promise<boolean> {
  const one = session.backends.get(backend)?.session;
  const meta =
    modern !== undefined && speaksModern(one?.state()) ? { _meta: envelopeOf(message.params) } : undefined;
  const params = JSON.stringify({ taskId, ...meta });
  const asked = await one?.ask('tasks/get', params, caller, ASK_TIMEOUT_MS, meta !== undefined);
  return asked?.ok === true;
}

/**
 * Answers tasks/list with the tasks of all backends (2025-11-25; the newer revision has no such list), all on one page.
 */
export async function listTasks(context: RouteContext): Promise<void> {
  if (!isBeginning(context.message.params.cursor)) {
    answerError(
      context,
      RPC.invalidParams,
      'This cursor is not known: the list has one page.',
      'request.params',
    );
    return;
  }
  const owners = [...context.session.backends].filter(([, { session: one }]) => hasTasks(one, context));
  const lists = await Promise.all(
    owners.map(async ([backend, { session: one }]) => {
      const pages = await taskPages(context, one);
      const items = pages.flatMap((page) => tasksOn(context, backend, page));
      return { items, extra: readExtra(pages[0], TASKS) };
    }),
  );
  const [only, ...others] = lists;
  const extra = others.length === 0 ? (only?.extra ?? '') : '';
  answerResult(context, `{"tasks":[${lists.flatMap(({ items }) => items).join(',')}]${extra}}`);
}

const TASKS = { member: 'tasks' } as const;

/** What one backend answers; one that fails does not fail the list. */
async function taskPages({ caller }: RouteContext, backend: BackendSession): Promise<Buffer[]> {
  const pages: Buffer[] = [];
  const seen = new Set<unknown>();
  let cursor: unknown;
  for (let page = 0; page < MAX_PAGES; page++) {
    const params = cursor === undefined ? '{}' : JSON.stringify({ cursor });
    const asked = await backend.ask('tasks/list', params, caller, ASK_TIMEOUT_MS);
    if (!asked.ok) break;
    pages.push(asked.bytes);
    cursor = memberOf(asked.result, 'nextCursor');
    if (typeof cursor !== 'string' || seen.has(cursor)) break;
    seen.add(cursor);
  }
  return pages;
}

/** The tasks of one page as JSON texts, every value as it was written, under the ids that the client may know. */
function tasksOn({ session }: RouteContext, backend: BackendName, page: Buffer): string[] {
  return listRanges(page, TASKS.member).flatMap(({ start, end }) => {
    const bytes = page.subarray(start, end);
    const taskId = memberOf(JSON.parse(bytes.toString('utf8')), 'taskId');
    if (typeof taskId !== 'string') return [];
    return [withTaskId(bytes, taskId, session.tasks.note(backend, taskId)).toString('utf8')];
  });
}

/** Whether a backend has tasks of the client's era: of the other era's, a client can neither get nor know one. */
function hasTasks(backend: BackendSession, { modern }: RouteContext): boolean {
  const state = backend.state();
  if (state.state !== 'ready') return false;
  const { capabilities } = state.hello;
  const extension = memberOf(capabilities.extensions, TASKS_EXTENSION);
  if (speaksModern(state) !== (modern !== undefined)) return false;
  return extension !== undefined || (modern === undefined && capabilities.tasks !== undefined);
}

/** A message under another task id; only where two backends chose the same one does a byte change. */
function withTaskId(bytes: Buffer, from: string, to: string): Buffer {
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
