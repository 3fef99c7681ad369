import { RPC } from '../../../shared/mcp/protocol.ts';
import type { ListKind } from '../catalog/kinds.ts';
import { type MergedList, pageFrame } from '../catalog/merge.ts';
import { sendJsonAround } from '../edge/answers.ts';
import { cacheHint } from '../modern/cache-hint.ts';
import { resultHead } from '../modern/modern-result.ts';
import { answerError, type RouteContext, type RouteHandler } from './route.ts';

/** Answers one of the four lists from what is at hand, or after fetching what is missing. */
export function listHandler(kind: ListKind): RouteHandler {
  return (context) => {
    const { session, message, caller } = context;
    const { cursor } = message.params;
    if (!isBeginning(cursor)) {
      const known = typeof cursor === 'string' ? session.lists.readCursor(cursor) : undefined;
      if (known === undefined || known.list.kind !== kind) {
        answerError(
          context,
          RPC.invalidParams,
          'This cursor is not known; ask for the list from its beginning.',
          'request.params',
        );
      } else sendPage(context, known.list, known.page);
      return undefined;
    }
    session.lists.expire(kind);
    const list = session.lists.current(kind);
    if (list !== undefined) sendPage(context, list, 0);
    else return session.lists.load(kind, caller).then((loaded) => sendPage(context, loaded, 0));
    return undefined;
  };
}

/**
 * Whether this cursor asks for the beginning of a list. There are clients that write out that they have none, and we give
 * nobody an empty one.
 */
export function isBeginning(cursor: unknown): boolean {
  return cursor === undefined || cursor === null || cursor === '';
}

function sendPage(context: RouteContext, list: MergedList, page: number): void {
  const { session, message, response } = context;
  session.lists.served.add(list.kind);
  const isLast = page >= list.pages.length - 1;
  const cursor = isLast ? undefined : session.lists.cursorFor(list, page + 1);
  const own =
    context.modern === undefined
      ? ''
      : `${resultHead(cacheHint(session, list.kind, context.caller, context.now()))},`;
  const { before, after } = pageFrame(list, `{${own}`, cursor);
  const items = list.pages[page] ?? Buffer.alloc(0);
  sendJsonAround(response, `{"jsonrpc":"2.0","id":${message.idText},"result":${before}`, items, `${after}}`);
}
