import { splice } from '../../../shared/json/members.ts';
import { type Range, scanMessage } from '../../../shared/json/scan.ts';
import { RPC } from '../../../shared/mcp/protocol.ts';
import type { MergedEntry, MergedList } from '../catalog/merge.ts';
import { forward } from './forward.ts';
import { answerError, type RouteContext, type RouteHandler } from './route.ts';
import { mayBecomeTask, noteTask } from './tasks.ts';

const WORDS = { tools: 'tool', prompts: 'prompt' } as const;

/** Routes tools/call and prompts/get: advertised name to backend and its own name. */
export function byNameHandler(kind: 'tools' | 'prompts'): RouteHandler {
  return (context) => {
    const { lists } = context.session;
    const { name } = context.message.params;
    const current = lists.current(kind);
    const known = current ?? lists.outdated(kind);
    const isListed = typeof name !== 'string' || known?.byName.has(name) === true;
    if (known !== undefined && isListed) route(context, kind, known);
    // A name that is not listed may have come since, at a backend that does not tell of changes.
    else if (current !== undefined && !lists.expire(kind)) route(context, kind, current);
    else return lists.load(kind, context.caller).then((loaded) => route(context, kind, loaded));
    return undefined;
  };
}

function route(context: RouteContext, kind: 'tools' | 'prompts', list: MergedList): void {
  const { name } = context.message.params;
  if (typeof name !== 'string') {
    answerError(context, RPC.invalidParams, 'name must be a string.', 'request.params');
    return;
  }
  const entry = list.byName.get(name) ?? context.session.lists.lastKnown(kind, name);
  if (entry === undefined) {
    answerUnknown(context, kind, name);
    return;
  }
  const bytes = renamed(context, 'name', entry);
  if (bytes === undefined)
    answerError(context, RPC.invalidParams, 'params name a member twice.', 'request.params');
  else {
    const { backend } = entry;
    const isTask = kind === 'tools' && mayBecomeTask(context);
    const onAnswer = (answer: Buffer): Buffer => noteTask(context, backend, answer);
    forward(context, { backend, bytes, target: name, ...(isTask ? { onAnswer } : {}) });
  }
}

/** Nobody has this name, unless the backend that it names cannot say so: then that is told. */
function answerUnknown(context: RouteContext, kind: 'tools' | 'prompts', name: string): void {
  const why = context.session.lists.whyAbsent(kind, name);
  if (why !== undefined) answerError(context, why.rpcCode, why.message, why.code);
  else answerError(context, RPC.invalidParams, `There is no ${WORDS[kind]} of this name.`, 'tool.unknown');
}

/**
 * The message with one member of params replaced by the backend's own name; every other byte stays, so that big
 * integers and number spellings survive. A member given twice is refused: parsers differ in which one counts (E26).
 */
export function renamed(
  context: RouteContext,
  member: 'name' | 'uri',
  entry: MergedEntry,
): Buffer | undefined {
  const { bytes, paramsRange } = context.message;
  const scan = scanMessage(paramsOf(bytes, paramsRange));
  if (scan.fault !== undefined) return undefined;
  if (entry.advertised === entry.original) return bytes;
  return replaceIn(bytes, paramsRange, scan.members.get(member), entry.original);
}

/** The message with the text at `inner`, relative to `outer`, replaced by a JSON string. */
export function replaceIn(
  bytes: Buffer,
  outer: Range | undefined,
  inner: Range | undefined,
  text: string,
): Buffer {
  if (outer === undefined || inner === undefined) return bytes;
  const range = { start: outer.start + inner.start, end: outer.start + inner.end };
  return Buffer.from(splice(bytes, [{ range, text: JSON.stringify(text) }]));
}

/** The bytes of params alone; an empty object where there are none. */
export function paramsOf(bytes: Buffer, range: Range | undefined): Buffer {
  return range === undefined ? EMPTY_OBJECT : bytes.subarray(range.start, range.end);
}

const EMPTY_OBJECT = Buffer.from('{}');
