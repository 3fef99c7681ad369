import type { Principal } from '../../../shared/identity/principal.ts';
import { memberOf } from '../../../shared/json/member-of.ts';
import { backoffDelay } from '../backoff.ts';
import { holdAnswer } from '../held-answer.ts';
import type { InboundMessage, RequestHandle, Transport } from '../transport.ts';
import { withEnvelope } from './envelope.ts';
import {
  ACKNOWLEDGED,
  cancelledId,
  errorCode,
  type ListenFilter,
  listenText,
  REFUSALS,
  readAcknowledged,
} from './listen-messages.ts';

/** What one listening request names one by one, by the member of its filter. */
export type TopicKind = 'resourceSubscriptions' | 'taskIds';

/** Methods of the gateway's own, by which a session at a modern backend begins and ends to listen to a task. */
export const LISTEN_TO_TASK = { begin: 'patchbay/tasks/listen', end: 'patchbay/tasks/unlisten' } as const;

export interface UpstreamListenOptions {
  readonly inner: Transport;
  /** The envelope of a listening request; `forTasks` where it names tasks, which takes a client that knows them. */
  readonly envelope: (forTasks: boolean) => string;
  readonly caller: Principal;
  /** The backend's capabilities: only what it announces is listened for. */
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly deliver: (message: InboundMessage) => void;
  /** Told the id on the wire of a request that nobody waits for any more. */
  readonly abandoned: (idText: string) => void;
}

/** The one long request that stands for all of a session's subscriptions at a modern backend. */
export interface UpstreamListen {
  /** Resolves once the backend acknowledged: whether it took this one. True, too, where the request has to be repeated. */
  subscribe(kind: TopicKind, topic: string): Promise<boolean>;
  unsubscribe(kind: TopicKind, topic: string): void;
  /** Listens anew: the request under way may be dead without a word. */
  renew(): void;
  /** The backend takes a listening request down by this notification, as it must where the wire knows no closing (stdio). */
  cancelled(notification: Buffer): void;
  close(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
/** A backend that acknowledges and ends at once, or refuses, again and again, is asked ever more seldom. */
const LONGEST_WAIT_OF_SHORT_ONES_MS = 5 * 60_000;
/** A request that was acknowledged this long ago was no short one. */
const STEADY_MS = 30_000;
const FLAGS = [
  { flag: 'toolsListChanged', capability: 'tools', changed: 'notifications/tools/list_changed' },
  { flag: 'promptsListChanged', capability: 'prompts', changed: 'notifications/prompts/list_changed' },
  { flag: 'resourcesListChanged', capability: 'resources', changed: 'notifications/resources/list_changed' },
] as const;

interface Listening {
  readonly idText: string;
  /** What it asks for, as it was when it was sent. */
  readonly filter: ListenFilter;
  acknowledged: boolean;
  handle: RequestHandle | undefined;
}

interface Waiting {
  readonly kind: TopicKind;
  readonly topic: string;
  readonly resolve: (taken: boolean) => void;
}

let counter = 0;

/**
 * Listens for list changes, for the subscribed resources and for tasks. A change of the subscriptions opens a new
 * request and ends the old ones once the new one is acknowledged; a lost one is opened again with back-off, after which
 * everything listened for counts as changed, since nobody knows what was missed.
 */
export function openUpstreamListen(options: UpstreamListenOptions): UpstreamListen {
  const flags = FLAGS.filter(
    ({ capability }) => memberOf(options.capabilities[capability], 'listChanged') === true,
  );
  const topics: Record<TopicKind, Set<string>> = { resourceSubscriptions: new Set(), taskIds: new Set() };
  /** Requests that stay open until a newer one is acknowledged. */
  let earlier: Listening[] = [];
  let current: Listening | undefined;
  let attempt = 0;
  let lost = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let steady: NodeJS.Timeout | undefined;
  let waiting: Waiting[] = [];

  function open(): void {
    timer = undefined;
    if (current !== undefined) earlier.push(current);
    current = undefined;
    const filter = filterOf();
    if (closed || Object.keys(filter).length === 0) {
      endEarlier();
      return;
    }
    const idText = JSON.stringify(`listen-${++counter}`);
    const mine: Listening = { idText, filter, acknowledged: false, handle: undefined };
    current = mine;
    mine.handle = options.inner.request(
      {
        idText,
        method: 'subscriptions/listen',
        bytes: withEnvelope(listenText(idText, filter), options.envelope(filter.taskIds !== undefined)),
        caller: options.caller,
      },
      holdAnswer({
        related(message) {
          if (message.method === ACKNOWLEDGED) acknowledged(mine, message.bytes);
          else options.deliver(message);
        },
        answer: (bytes) => ended(mine, bytes),
        failed: () => ended(mine, undefined),
      }),
    );
  }

  function filterOf(): ListenFilter {
    return {
      ...Object.fromEntries(flags.map(({ flag }) => [flag, true])),
      ...Object.fromEntries(
        Object.entries(topics).flatMap(([kind, set]) => (set.size === 0 ? [] : [[kind, [...set]]])),
      ),
    };
  }

  function acknowledged(mine: Listening, bytes: Buffer): void {
    const taken = readAcknowledged(bytes) ?? mine.filter;
    tell(mine, ({ kind, topic }) => taken[kind]?.includes(topic) === true);
    if (mine !== current) return;
    mine.acknowledged = true;
    endEarlier();
    clearTimeout(steady);
    steady = setTimeout(() => {
      attempt = 0;
    }, STEADY_MS);
    steady.unref();
    if (lost) missed(mine);
    lost = false;
  }

  /** A result is the end of the stream in peace; an error is a backend that cannot listen, at least not now. */
  function ended(mine: Listening, answer: Buffer | undefined): void {
    const code = answer === undefined ? undefined : errorCode(answer);
    const refused = code !== undefined && REFUSALS.has(code);
    tell(mine, () => !refused);
    earlier = earlier.filter((one) => one !== mine);
    if (mine !== current) return;
    current = undefined;
    endEarlier();
    clearTimeout(steady);
    if (closed || refused) return;
    lost = true;
    const longest = mine.acknowledged || code !== undefined ? LONGEST_WAIT_OF_SHORT_ONES_MS : LONGEST_WAIT_MS;
    schedule(backoffDelay(attempt++, FIRST_WAIT_MS, longest));
  }

  /** Everybody whose topic this request named, and who has not heard yet. */
  function tell(mine: Listening, isTaken: (one: Waiting) => boolean): void {
    const isAbout = ({ kind, topic }: Waiting): boolean => mine.filter[kind]?.includes(topic) === true;
    const told = waiting.filter(isAbout);
    waiting = waiting.filter((one) => !isAbout(one));
    for (const one of told) {
      const taken = isTaken(one);
      if (!taken) topics[one.kind].delete(one.topic);
      one.resolve(taken);
    }
  }

  function endEarlier(): void {
    const ending = earlier;
    earlier = [];
    for (const one of ending) end(one);
  }

  function end(one: Listening): void {
    one.handle?.abandon();
    options.abandoned(one.idText);
  }

  function schedule(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(open, ms);
    timer.unref();
  }

  function missed({ filter }: Listening): void {
    for (const { changed } of flags) notice(changed);
    for (const uri of filter.resourceSubscriptions ?? []) notice('notifications/resources/updated', { uri });
  }

  function notice(method: string, params?: object): void {
    options.deliver({ method, bytes: Buffer.from(JSON.stringify({ jsonrpc: '2.0', method, params })) });
  }

  open();
  return {
    subscribe(kind, topic) {
      if (topics[kind].has(topic) && !waiting.some((one) => one.kind === kind && one.topic === topic))
        return Promise.resolve(true);
      topics[kind].add(topic);
      return new Promise((resolve) => {
        waiting.push({ kind, topic, resolve });
        schedule(0);
      });
    },
    unsubscribe(kind, topic) {
      if (!topics[kind].delete(topic)) return;
      for (const one of waiting) if (one.kind === kind && one.topic === topic) one.resolve(true);
      waiting = waiting.filter((one) => one.kind !== kind || one.topic !== topic);
      schedule(0);
    },
    renew() {
      if (closed || current === undefined) return;
      lost = true;
      schedule(0);
    },
    cancelled(notification) {
      const id = cancelledId(notification);
      const mine = [...earlier, ...(current === undefined ? [] : [current])].find(
        ({ idText }) => idText === id,
      );
      if (mine === undefined) return;
      mine.handle?.abandon();
      ended(mine, undefined);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      clearTimeout(steady);
      for (const { resolve } of waiting) resolve(true);
      waiting = [];
      endEarlier();
      if (current !== undefined) end(current);
      current = undefined;
    },
  };
}
