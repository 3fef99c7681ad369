import type { Problem } from '../../shared/errors/problem.ts';
import type { Listener } from '../gateway/edge/listener.ts';

/** Where the gateway is meant to listen. */
export interface Place {
  readonly port: number;
  readonly host: '127.0.0.1' | '::1';
}

export interface ListeningOptions {
  /** Where the settings say now. */
  readonly place: () => Place;
  readonly open: (place: Place) => Promise<Listener>;
  /** The words for a port that is taken; undefined for any other failure, which stays one. */
  readonly explain: (error: unknown, port: number) => Promise<Problem | undefined>;
  /** Told of every new place before it counts. */
  readonly moved: (port: number) => Promise<void>;
  readonly now: () => number;
}

/** The gateway's place on the network. It may be missing for want of the port, and it may move; never in silence. */
export interface Listening {
  /** Bound, or wanted where the port is taken. */
  port(): number;
  host(): string;
  url(): string;
  /** When it was bound, in ms since 1970. */
  since(): number;
  /** Why it is not where the settings want it; undefined where all is well. */
  trouble(): Problem | undefined;
  isBound(): boolean;
  /** Tries to be where the settings say now. A taken port changes nothing and is told by `trouble`. Rejects for else. */
  retry(): Promise<void>;
  stopAccepting(): Promise<void>;
  close(): void;
}

/** Binds for the first time. `waits`: a taken port is no failure, but waits for a retry (NET-04). */
export async function startListening(options: ListeningOptions, waits: boolean): Promise<Listening> {
  let bound: Listener | undefined;
  let trouble: Problem | undefined;
  let since = options.now();
  /** Left behind by a move; what is open there goes on until the end. */
  const earlier: Listener[] = [];
  let running: Promise<void> = Promise.resolve();

  async function bind(): Promise<void> {
    const place = options.place();
    trouble = undefined;
    if (bound !== undefined && isAt(bound, place)) return;
    const next = await options.open(place);
    try {
      await options.moved(next.port);
    } catch (error) {
      void next.stopAccepting();
      next.close();
      throw error;
    }
    if (bound !== undefined) {
      earlier.push(bound);
      void bound.stopAccepting();
    }
    bound = next;
    since = options.now();
  }

  async function tryToBind(): Promise<void> {
    try {
      await bind();
    } catch (error) {
      trouble = await options.explain(error, options.place().port);
      if (trouble === undefined) throw error;
    }
  }

  if (waits) await tryToBind();
  else await bind();

  const { port: wanted, host } = options.place();
  const authority = host === '::1' ? `[::1]:${wanted}` : `${host}:${wanted}`;
  return {
    port: () => bound?.port ?? options.place().port,
    host: () => bound?.host ?? options.place().host,
    url: () => bound?.url ?? `http://${authority}/mcp`,
    since: () => since,
    trouble: () => trouble,
    isBound: () => bound !== undefined,
    retry() {
      // One at a time: two clicks are one move.
      const attempt = running.then(tryToBind);
      running = attempt.catch(() => undefined);
      return attempt;
    },
    async stopAccepting() {
      await Promise.all([bound, ...earlier].map((listener) => listener?.stopAccepting()));
    },
    close() {
      for (const listener of [bound, ...earlier]) listener?.close();
    },
  };
}

/** Port 0 is any. */
function isAt(listener: Listener, { port, host }: Place): boolean {
  return (port === 0 || port === listener.port) && host === listener.host;
}
