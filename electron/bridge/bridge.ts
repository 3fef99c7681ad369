import { Agent } from 'node:http';
import { scanMessage } from '../../shared/json/scan.ts';
import { backoffDelay } from '../backends/backoff.ts';
import { memberText } from '../backends/wire/answer-check.ts';
import { answerOf, errorFor } from './answers.ts';
import { createModernRequests, type ModernSending } from './modern-requests.ts';
import { listenOnce, type Posted, post } from './post.ts';
import { negotiatedVersion, type RememberedSession, reopenMessage } from './remembered-session.ts';
import type { BridgeSettings } from './settings.ts';

export interface BridgePorts {
  /** Writes one message to the client. */
  readonly tell: (message: Buffer) => void;
  /** For people: never on stdout. */
  readonly note: (text: string) => void;
  /** Starts the app, where the user's entry says how. */
  readonly startApp: () => void;
  readonly now: () => number;
}

export interface Bridge {
  /** Takes one message of the client; resolves when its answer has been told. */
  take(message: Buffer): Promise<void>;
  /** Ends the session at the gateway. */
  close(): Promise<void>;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;
/** How long the gateway may take to hear of the end. */
const END_WAIT_MS = 2_000;
const LISTS = ['tools', 'prompts', 'resources'] as const;
const BOTH = 'application/json, text/event-stream';

/** Carries a client's stdio to the gateway's endpoint and back, server requests and notifications included. */
export function createBridge(settings: BridgeSettings, ports: BridgePorts): Bridge {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' });
  const target = { agent, url: settings.url };
  const session: RememberedSession = {
    initialize: undefined,
    sessionId: undefined,
    protocolVersion: undefined,
  };
  let listening: { readonly abort: () => void } | undefined;
  let reopening: Promise<boolean> | undefined;
  let closed = false;
  let startTried = false;

  function ownHeaders(accept: string): string[] {
    const list = ['Accept', accept, 'Content-Type', 'application/json'];
    if (settings.token !== undefined) list.push('Authorization', `Bearer ${settings.token}`);
    for (const [name, value] of settings.headers) list.push(name, value);
    return list;
  }

  function headers(accept: string): string[] {
    const list = ownHeaders(accept);
    if (session.sessionId !== undefined) list.push('Mcp-Session-Id', session.sessionId);
    if (session.protocolVersion !== undefined) list.push('MCP-Protocol-Version', session.protocolVersion);
    return list;
  }

  /** Sends with patience: an app that is starting is waited for, with back-off and an end. */
  async function send(
    message: Buffer,
    tell: (answer: Buffer) => void,
    modern?: ModernSending,
  ): Promise<Posted | string> {
    const until = ports.now() + settings.waitMs;
    for (let attempt = 0; ; attempt++) {
      const list = modern === undefined ? headers(BOTH) : [...ownHeaders(BOTH), ...modern.headers];
      const posted = await post(target, list, message, tell, modern?.signal);
      if (!('cause' in posted)) return posted;
      const text = `The gateway did not answer (${posted.cause}).`;
      const isOver = closed || modern?.signal.aborted === true;
      if (!posted.notSent || isOver || ports.now() >= until) return text;
      if (!startTried) {
        startTried = true;
        ports.note(`${text} Waiting for it.`);
        ports.startApp();
      }
      await new Promise((resolve) =>
        setTimeout(resolve, backoffDelay(attempt, FIRST_WAIT_MS, LONGEST_WAIT_MS)),
      );
    }
  }

  function listen(): void {
    if (closed) return;
    listening = listenOnce(target, headers('text/event-stream'), ports.tell, (status) => {
      listening = undefined;
      if (closed) return;
      if (status === 404) void reopen();
      else if (status === 200 || status === 0) setTimeout(listen, LONGEST_WAIT_MS).unref();
    });
  }

  async function open(initialize: Buffer, tell: (answer: Buffer) => void): Promise<Posted | string> {
    session.sessionId = undefined;
    session.protocolVersion = undefined;
    const posted = await send(initialize, tell);
    if (typeof posted === 'string') return posted;
    session.sessionId = posted.sessionId;
    session.protocolVersion = negotiatedVersion(posted.body);
    return posted;
  }

  /** After a restart of the gateway: the same initialize again, then the client is told that lists may differ. */
  function reopen(): Promise<boolean> {
    reopening ??= (async () => {
      if (session.initialize === undefined || closed) return false;
      ports.note('the gateway was restarted; opening the session again');
      const posted = await open(reopenMessage(session.initialize), () => undefined);
      if (typeof posted === 'string' || session.sessionId === undefined) return false;
      await send(Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}'), () => undefined);
      listening?.abort();
      listen();
      for (const kind of LISTS) {
        ports.tell(Buffer.from(`{"jsonrpc":"2.0","method":"notifications/${kind}/list_changed"}`));
      }
      return true;
    })().finally(() => {
      reopening = undefined;
    });
    return reopening;
  }

  async function deliver(message: Buffer, idText: string | undefined, mayReopen: boolean): Promise<void> {
    // Without its session a message would be refused; reopening itself sends past this.
    if (mayReopen) await reopening;
    const posted = await send(message, ports.tell);
    if (typeof posted === 'string') {
      if (idText !== undefined) ports.tell(errorFor(idText, posted));
    } else if (posted.status === 404 && mayReopen && (await reopen())) {
      // 404 means that the session was not known: the message was not acted upon and may be sent again.
      await deliver(message, idText, false);
    } else if (posted.body.length > 0 && (idText !== undefined || !isUnanswered(message)))
      ports.tell(answerOf(posted, idText));
  }

  const modern = createModernRequests({ send, tell: ports.tell });

  return {
    async take(message) {
      const taken = modern.take(message);
      if (taken !== undefined) {
        await taken;
        return;
      }
      const scan = scanMessage(message);
      const idText = memberText(scan, message, 'id');
      const method = memberText(scan, message, 'method');
      if (method === '"initialize"' && idText !== undefined) {
        session.initialize = message;
        const posted = await open(message, ports.tell);
        if (typeof posted === 'string') ports.tell(errorFor(idText, posted));
        else if (posted.body.length > 0) ports.tell(answerOf(posted, idText));
        return;
      }
      await deliver(message, method === undefined ? undefined : idText, true);
      if (method === '"notifications/initialized"' && listening === undefined) listen();
    },
    async close() {
      closed = true;
      listening?.abort();
      if (session.sessionId !== undefined) {
        const ending = post(target, headers('application/json'), undefined, () => undefined);
        await Promise.race([ending, new Promise((resolve) => setTimeout(resolve, END_WAIT_MS).unref())]);
      }
      agent.destroy();
    },
  };
}

/** Whether it is a notification or an answer: whatever the gateway thinks of it, the client waits for no word. */
function isUnanswered(message: Buffer): boolean {
  const { members } = scanMessage(message);
  return ['method', 'result', 'error'].some((name) => members.has(name));
}
