import { createLatch } from '../support/latch.ts';
import type { LoggedRequest } from './request-log.ts';

/** Answers of one method that are held back. */
export interface Hold {
  /** Resolves to the first request that was held. */
  readonly reached: Promise<LoggedRequest>;
  /** Lets every held request go on, and all later ones through. */
  release(): void;
}

/** The holds of a backend. */
export interface Holds {
  /** Holds back the answers to this JSON-RPC method until released. */
  hold(method: string): Hold;
  /** Resolves when nothing holds this request back. */
  pass(request: LoggedRequest): Promise<void>;
}

/** No holds. */
export function createHolds(): Holds {
  const active = new Map<string, { reached: (request: LoggedRequest) => void; gate: Promise<void> }>();
  return {
    hold: (method) => {
      const reached = createLatch<LoggedRequest>();
      const gate = createLatch();
      active.set(method, { reached: reached.open, gate: gate.promise });
      return {
        reached: reached.promise,
        release: () => {
          active.delete(method);
          gate.open();
        },
      };
    },
    pass: async (request) => {
      const found = active.get(request.rpc?.method ?? request.httpMethod);
      found?.reached(request);
      await found?.gate;
    },
  };
}
