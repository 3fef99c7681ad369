import type { CallName } from '../../shared/control/contract.ts';

/** What the host pushes: an event's name and its payload, as yet unchecked. */
export type EventListener = (name: string, payload: unknown) => void;
/** `live` again after `lost` means that events may be missing: read everything anew. */
export type LinkListener = (link: 'live' | 'lost') => void;

/** One way to reach the host. The contract travels over it; nothing else does. */
export interface Transport {
  /** Rejects only where the host cannot be reached. */
  readonly send: (name: CallName, input: unknown) => Promise<unknown>;
  /** Returns the function that ends the subscription. */
  readonly subscribe: (onEvent: EventListener, onLink: LinkListener) => () => void;
}
