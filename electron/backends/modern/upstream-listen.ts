import type { Principal } from '../../../shared/identity/principal.ts';
import { editMembers } from '../../../shared/json/edit-members.ts';
import { memberRanges, splice } from '../../../shared/json/members.ts';
import { scanMessage } from '../../../shared/json/scan.ts';
import { META } from '../../../shared/mcp/modern.ts';
import { backoffDelay } from '../backoff.ts';
import { holdAnswer } from '../held-answer.ts';
import type { InboundMessage, RequestHandle, Transport } from '../transport.ts';
import { withEnvelope } from './envelope.ts';
import { memberOf } from './modern-answer.ts';

export interface UpstreamListenOptions {
  readonly inner: Transport;
  readonly envelope: () => string;
  readonly caller: Principal;
  /** The backend's capabilities: only what it announces is listened for. */
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly deliver: (message: InboundMessage) => void;
  /** Told the id on the wire of a request that nobody waits for any more. */
  readonly abandoned: (idText: string) => void;
}

/** The one long request that stands for all of a session's subscriptions at a modern backend. */
export interface UpstreamListen {
  /** Resolves once the backend knows, or has shown that it cannot listen. */
  subscribe(uri: string): Promise<void>;
  unsubscribe(uri: string): void;
  /** Listens anew: the request under way may be dead without a word. */
  renew(): void;
  close(): void;
}

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;
const ACKNOWLEDGED = 'notifications/subscriptions/acknowledged';
const FLAGS = [
  { flag: 'toolsListChanged', capability: 'tools', changed: 'notifications/tools/list_changed' },
  { flag: 'promptsListChanged', capability: 'prompts', changed: 'notifications/prompts/list_changed' },
  { flag: 'resourcesListChanged', capability: 'resources', changed: 'notifications/resources/list_changed' },
] as const;

interface Listening {
  readonly idText: string;
  handle: RequestHandle | undefined;
}

let counter = 0;

/**
 * Listens for list changes and for the subscribed resources. A change of the subscriptions opens a new request and
 * ends the old one once the new one is acknowledged; a lost one is opened again with back-off, after which the lists
 * count as changed, since nobody knows what was missed.
 */
export function openUpstreamListen(options: UpstreamListenOptions): UpstreamListen {
  const flags = FLAGS.filter(
    ({ capability }) => memberOf(options.capabilities[capability], 'listChanged') === true,
  );
  const uris = new Set<string>();
  let current: Listening | undefined;
  let attempt = 0;
  let lost = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  let waiting: (() => void)[] = [];

  function open(): void {
    timer = undefined;
    const told = waiting;
    waiting = [];
    const tell = (): void => {
      for (const resolve of told) resolve();
    };
    const earlier: Listening | undefined = current;
    current = undefined;
    if (closed || (flags.length === 0 && uris.size === 0)) {
      end(earlier);
      tell();
      return;
    }
    const idText = JSON.stringify(`listen-${++counter}`);
    const mine: Listening = { idText, handle: undefined };
    const isCurrent = (): boolean => current === mine;
    current = mine;
    mine.handle = options.inner.request(
      {
        idText,
        method: 'subscriptions/listen',
        bytes: withEnvelope(listenText(idText), options.envelope()),
        caller: options.caller,
      },
      holdAnswer({
        related(message) {
          if (message.method === ACKNOWLEDGED) {
            end(earlier);
            tell();
            attempt = 0;
            if (lost) missed();
            lost = false;
          } else options.deliver(message);
        },
        answer(bytes) {
          end(earlier);
          tell();
          // An error is a backend that cannot listen; a result is one that ended the stream in peace.
          if (isCurrent() && !scanMessage(bytes).members.has('error')) again();
        },
        failed() {
          end(earlier);
          tell();
          if (isCurrent()) again();
        },
      }),
    );
  }

  function listenText(idText: string): Buffer {
    const notifications = {
      ...Object.fromEntries(flags.map(({ flag }) => [flag, true])),
      ...(uris.size === 0 ? {} : { resourceSubscriptions: [...uris] }),
    };
    return Buffer.from(
      `{"jsonrpc":"2.0","id":${idText},"method":"subscriptions/listen","params":${JSON.stringify({ notifications })}}`,
    );
  }

  function end(one: Listening | undefined): void {
    if (one === undefined) return;
    one.handle?.abandon();
    options.abandoned(one.idText);
  }

  function again(): void {
    current = undefined;
    lost = true;
    schedule(backoffDelay(attempt++, FIRST_WAIT_MS, LONGEST_WAIT_MS));
  }

  function schedule(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(open, ms);
    timer.unref();
  }

  function missed(): void {
    for (const { changed } of flags) {
      options.deliver({ method: changed, bytes: Buffer.from(`{"jsonrpc":"2.0","method":"${changed}"}`) });
    }
  }

  open();
  return {
    subscribe(uri) {
      if (uris.has(uri)) return Promise.resolve();
      uris.add(uri);
      return new Promise((resolve) => {
        waiting.push(resolve);
        schedule(0);
      });
    },
    unsubscribe(uri) {
      if (uris.delete(uri)) schedule(0);
    },
    renew() {
      if (closed || current === undefined) return;
      lost = true;
      schedule(0);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const resolve of waiting) resolve();
      end(current);
      current = undefined;
    },
  };
}

const WITHOUT_ID = new Map([[META.subscriptionId, undefined]]);

/** A listened notification without the id of our own listen request, which means nothing to the client. */
export function withoutSubscriptionId(bytes: Buffer): Buffer {
  const params = scanMessage(bytes).members.get('params');
  const meta = params === undefined ? undefined : memberRanges(bytes, params).get('_meta');
  if (params === undefined || meta === undefined || bytes[meta.start] !== 0x7b) return bytes;
  const kept = editMembers(bytes, meta, WITHOUT_ID);
  if (kept !== '{}') return Buffer.from(splice(bytes, [{ range: meta, text: kept }]));
  const text = editMembers(bytes, params, new Map([['_meta', undefined]]));
  return Buffer.from(splice(bytes, [{ range: params, text }]));
}
