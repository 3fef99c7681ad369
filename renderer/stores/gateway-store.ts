import { create } from 'zustand';
import type { Failure } from '../../shared/control/result.ts';
import { applyEvent, type Snapshot } from './apply-event.ts';
import type { HostEvent } from './host-event.ts';

interface GatewayStore {
  readonly link: 'connecting' | 'live' | 'lost';
  readonly snapshot: Snapshot | undefined;
  readonly failure: Failure | undefined;
  /** Counts the config states seen, so that a screen can read again what it shows. */
  readonly configTurn: number;
  /** Counts the changes of tools, tokens, sign-ins and secrets, likewise. */
  readonly turns: Readonly<Record<'tools' | 'tokens' | 'signIn' | 'secrets' | 'headers', number>>;
}

const START: GatewayStore = {
  link: 'connecting',
  snapshot: undefined,
  failure: undefined,
  configTurn: 0,
  turns: { tools: 0, tokens: 0, signIn: 0, secrets: 0, headers: 0 },
};

/** The state of the gateway as this window knows it: one snapshot, kept up to date by events. */
export const useGateway = create<GatewayStore>()(() => START);

/** The snapshot has arrived. */
export function gatewayRead(snapshot: Snapshot): void {
  useGateway.setState(({ configTurn }) => ({ snapshot, failure: undefined, configTurn: configTurn + 1 }));
}

/** The snapshot could not be had. */
export function gatewayFailed(failure: Failure): void {
  useGateway.setState({ failure });
}

/** The link to the host came up or broke. */
export function linkChanged(link: 'live' | 'lost'): void {
  useGateway.setState({ link });
}

/** A change that this window made was written; its revision counts from now on, the event follows. */
export function revisionWritten(revision: string): void {
  useGateway.setState(({ snapshot }) =>
    snapshot === undefined ? {} : { snapshot: { ...snapshot, revision } },
  );
}

/** Takes in one event of the host. */
export function gatewayEvent(event: HostEvent): void {
  useGateway.setState(({ snapshot, configTurn, turns }) => {
    const [group] = event.name.split('.') as [string];
    return {
      ...(snapshot === undefined ? {} : { snapshot: applyEvent(snapshot, event) }),
      ...(event.name === 'config.changed' ? { configTurn: configTurn + 1 } : {}),
      ...(group in turns ? { turns: { ...turns, [group]: turns[group as keyof typeof turns] + 1 } } : {}),
    };
  });
}

/** The snapshot inside the shell, which is drawn only once there is one. */
export function useSnapshot<Part>(select: (snapshot: Snapshot) => Part): Part {
  return useGateway(({ snapshot }) => {
    if (snapshot === undefined) throw new Error('The shell is drawn before the snapshot');
    return select(snapshot);
  });
}
