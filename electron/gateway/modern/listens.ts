import type { ServerResponse } from 'node:http';
import { memberOf } from '../../../shared/json/member-of.ts';
import { META } from '../../../shared/mcp/modern.ts';
import { withEnvelope } from '../../backends/modern/envelope.ts';
import { withoutSubscriptionId } from '../../backends/modern/listen-messages.ts';
import { frameEvent, KEEP_ALIVE_COMMENT } from '../../backends/wire/sse-writer.ts';
import { beginEvents } from '../edge/answers.ts';
import { concerns } from '../sessions/subscriptions.ts';
import type { ListeningStreams } from '../streams/listening.ts';
import { resultHead } from './modern-result.ts';

/** What a listening client wants to hear of (2026-07-28, subscriptions). */
export interface ListenFilter {
  readonly toolsListChanged?: boolean | undefined;
  readonly promptsListChanged?: boolean | undefined;
  readonly resourcesListChanged?: boolean | undefined;
  readonly resourceSubscriptions?: readonly string[] | undefined;
  /** Tasks whose state is wanted (SEP-2663). */
  readonly taskIds?: readonly string[] | undefined;
}

export interface OpenListen {
  readonly idText: string;
  readonly response: ServerResponse;
  readonly filter: ListenFilter;
}

/** The listening requests of one anchor; they stand where a session has its listening streams. */
export interface Listens extends ListeningStreams {
  /** Acknowledges and keeps the stream; one that nothing can come on ends at once. */
  open(listen: OpenListen): void;
  count(): number;
}

/** Bytes that may wait for a client that does not read. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

const FLAG_OF = new Map<unknown, keyof ListenFilter>([
  ['notifications/tools/list_changed', 'toolsListChanged'],
  ['notifications/prompts/list_changed', 'promptsListChanged'],
  ['notifications/resources/list_changed', 'resourcesListChanged'],
]);

/** Who wants a message: a flag for lists, else the one thing that it is about. */
function wantedBy(message: unknown): (filter: ListenFilter) => boolean {
  const method = memberOf(message, 'method');
  const flag = FLAG_OF.get(method);
  if (flag !== undefined) return (filter) => filter[flag] === true;
  const params = memberOf(message, 'params');
  if (method === 'notifications/resources/updated')
    return ({ resourceSubscriptions }) => isSubscribed(resourceSubscriptions, memberOf(params, 'uri'));
  if (method === 'notifications/tasks') return ({ taskIds }) => includes(taskIds, memberOf(params, 'taskId'));
  return () => false;
}

function isSubscribed(list: readonly string[] | undefined, uri: unknown): boolean {
  return typeof uri === 'string' && list?.some((one) => concerns(one, uri)) === true;
}

function includes(list: readonly string[] | undefined, one: unknown): boolean {
  return typeof one === 'string' && list?.includes(one) === true;
}

/** Makes the listening of one anchor. A client that leaves 4 MiB unread is cut off. */
export function createListens(): Listens {
  const open = new Set<OpenListen>();

  function write({ response, idText }: OpenListen, message: Buffer): void {
    const own = withEnvelope(withoutSubscriptionId(message), `"${META.subscriptionId}":${idText}`);
    response.write(frameEvent(own));
    if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
  }

  function end({ response, idText }: OpenListen): void {
    const result = `{${resultHead()},"_meta":{"${META.subscriptionId}":${idText}}}`;
    response.end(frameEvent(Buffer.from(`{"jsonrpc":"2.0","id":${idText},"result":${result}}`)));
  }

  return {
    open(listen) {
      beginEvents(listen.response);
      const params = JSON.stringify({ notifications: listen.filter });
      const method = '"method":"notifications/subscriptions/acknowledged"';
      write(listen, Buffer.from(`{"jsonrpc":"2.0",${method},"params":${params}}`));
      if (Object.keys(listen.filter).length === 0) {
        end(listen);
        return;
      }
      open.add(listen);
      listen.response.once('close', () => open.delete(listen));
    },
    count: () => open.size,
    isOpen: () => open.size > 0,
    /** Answers 405 elsewhere: the modern era has no GET. */
    attach: (response) => response.destroy(),
    send(message) {
      const isWanted = wantedBy(JSON.parse(message.toString('utf8')));
      for (const listen of open) if (isWanted(listen.filter)) write(listen, message);
    },
    keepAlive() {
      for (const { response } of open) if (!response.writableNeedDrain) response.write(KEEP_ALIVE_COMMENT);
    },
    close() {
      for (const listen of open) end(listen);
      open.clear();
    },
  };
}
