import type { BackendName } from '../../../shared/config/backend-name.ts';
import { memberAt } from '../../../shared/json/member-at.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import { LOG_LEVELS, RPC } from '../../../shared/mcp/protocol.ts';
import type { MergedEntry } from '../catalog/merge.ts';
import { matchesTemplate } from '../catalog/uri-template.ts';
import type { ClientSession } from '../sessions/client-session.ts';
import { byNameHandler, paramsOf, replaceIn } from './by-name.ts';
import { forward } from './forward.ts';
import { listHandler } from './lists.ts';
import { readResource, subscribe } from './resources.ts';
import { answerError, answerResult, type RouteContext, type RouteHandler } from './route.ts';
import { aboutTask, listTasks } from './tasks.ts';

/** Every request method that the gateway itself knows; anything else goes to `unknownMethod`. */
const HANDLERS: ReadonlyMap<string, RouteHandler> = new Map<string, RouteHandler>([
  ['ping', (context) => answerResult(context, '{}')],
  ['tools/list', listHandler('tools')],
  ['tools/call', byNameHandler('tools')],
  ['prompts/list', listHandler('prompts')],
  ['prompts/get', byNameHandler('prompts')],
  ['resources/list', listHandler('resources')],
  ['resources/templates/list', listHandler('templates')],
  ['resources/read', readResource],
  ['resources/subscribe', subscribe],
  ['resources/unsubscribe', subscribe],
  ['completion/complete', complete],
  ['logging/setLevel', setLevel],
  ['tasks/get', aboutTask],
  ['tasks/result', aboutTask],
  ['tasks/cancel', aboutTask],
  ['tasks/list', listTasks],
]);

/** Finds the handler of a method. */
export function handlerOf(method: string): RouteHandler {
  return HANDLERS.get(method) ?? unknownMethod;
}

/** A method of an extension goes to the one backend there is; among several nobody can tell whose it is (hazard 14). */
export function unknownMethod(context: RouteContext): void {
  const backend = onlyBackend(context.session);
  if (backend === undefined)
    answerError(context, RPC.methodNotFound, 'This method is not known.', 'request.method-unknown');
  else forward(context, { backend, bytes: context.message.bytes, target: undefined });
}

/** The one backend of a session, though it may still be opening, or the only one of them that is ready. */
function onlyBackend({ backends }: ClientSession): BackendName | undefined {
  const names = [...backends.keys()];
  const ready = [...backends].flatMap(([name, owner]) =>
    owner.session.state().state === 'ready' ? [name] : [],
  );
  const [only, ...others] = names.length === 1 ? names : ready;
  return others.length === 0 ? only : undefined;
}

const NO_COMPLETION = '{"completion":{"values":[],"total":0,"hasMore":false}}';

/** Routes a completion by its reference; without an owner the answer is empty, not an error (hazard 12). */
export async function complete(context: RouteContext): Promise<void> {
  const { session, caller, message } = context;
  const { ref } = message.params;
  if (typeof ref !== 'object' || ref === null) {
    answerError(context, RPC.invalidParams, 'ref must be an object.', 'request.params');
    return;
  }
  const name = 'name' in ref && typeof ref.name === 'string' ? ref.name : undefined;
  const uri = 'uri' in ref && typeof ref.uri === 'string' ? ref.uri : undefined;
  if (name !== undefined) {
    const prompts = session.lists.current('prompts') ?? (await session.lists.load('prompts', caller));
    const entry = prompts.byName.get(name);
    if (entry === undefined) answerResult(context, NO_COMPLETION);
    else completeAt(context, entry, 'name', name);
    return;
  }
  const templates = session.lists.current('templates') ?? (await session.lists.load('templates', caller));
  const entry =
    uri === undefined
      ? undefined
      : (templates.byName.get(uri) ??
        templates.entries.find(({ original }) => matchesTemplate(original, uri)));
  if (entry === undefined) answerResult(context, NO_COMPLETION);
  else completeAt(context, entry, 'uri', uri);
}

/** Hands the completion to the backend that has the entry, under the name or address that the backend knows. */
function completeAt(
  context: RouteContext,
  { backend, advertised, original }: MergedEntry,
  member: 'name' | 'uri',
  given: string | undefined,
): void {
  const { session, message } = context;
  const state = session.backends.get(backend)?.session.state();
  if (state?.state === 'ready' && !('completions' in state.hello.capabilities)) {
    answerResult(context, NO_COMPLETION);
    return;
  }
  const params = paramsOf(message.bytes, message.paramsRange);
  const ref = scanMessage(params).members.get('ref');
  const bytes =
    original === advertised || given !== advertised
      ? message.bytes
      : replaceIn(message.bytes, message.paramsRange, memberAt(params, ref, member), original);
  forward(context, { backend, bytes, target: undefined });
}

const LEVELS: ReadonlySet<unknown> = new Set(LOG_LEVELS);
const LEVEL_TIMEOUT_MS = 5_000;

/** Goes to every backend that logs; late ones get it when they are opened (hazard 11). */
async function setLevel(context: RouteContext): Promise<void> {
  const { session, caller, message } = context;
  const { level } = message.params;
  if (typeof level !== 'string' || !LEVELS.has(level)) {
    answerError(context, RPC.invalidParams, 'This is not a log level.', 'request.params');
    return;
  }
  session.logLevel = level;
  const params = JSON.stringify({ level });
  const logging = [...session.backends.values()].filter(({ session: backend }) => {
    const state = backend.state();
    return state.state === 'ready' && 'logging' in state.hello.capabilities;
  });
  await Promise.all(
    logging.map(({ session: backend }) => backend.ask('logging/setLevel', params, caller, LEVEL_TIMEOUT_MS)),
  );
  answerResult(context, '{}');
}
