import type { EventName, EventPayload } from '../../shared/control/contract.ts';
import { EVENT_NAMES } from '../../shared/control/parse.ts';

/** One event of the contract, its payload going with its name. */
export type HostEvent = {
  [Name in EventName]: { readonly name: Name; readonly payload: EventPayload<Name> };
}[EventName];

const KNOWN: ReadonlySet<string> = new Set(EVENT_NAMES);

/** The event, or undefined where this window does not know the name. The host has cut its payload to shape. */
export function toHostEvent(name: string, payload: unknown): HostEvent | undefined {
  return KNOWN.has(name) ? ({ name, payload } as HostEvent) : undefined;
}
