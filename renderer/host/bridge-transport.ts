import type { Transport } from './transport.ts';

/** What the preload script puts on the window: the contract and nothing else. */
export interface PatchbayBridge {
  readonly call: (name: string, input: unknown) => Promise<unknown>;
  readonly subscribe: (listener: (name: string, payload: unknown) => void) => () => void;
}

declare global {
  interface Window {
    readonly patchbay?: PatchbayBridge;
  }
}

/** Reaches the host through the desktop app's bridge. It is there as long as the window is. */
export function bridgeTransport(bridge: PatchbayBridge): Transport {
  return {
    send: (name, input) => bridge.call(name, input),
    subscribe: (onEvent, onLink) => {
      const end = bridge.subscribe(onEvent);
      onLink('live');
      return end;
    },
  };
}
