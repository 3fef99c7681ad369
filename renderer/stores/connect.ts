import type { ControlClient } from '../../shared/control/contract.ts';
import type { Transport } from '../host/transport.ts';
import { tellNotice } from '../ui/toasts.tsx';
import { activityAppended, activityRead } from './activity-store.ts';
import { gatewayEvent, gatewayFailed, gatewayRead, linkChanged } from './gateway-store.ts';
import { type HostEvent, toHostEvent } from './host-event.ts';

/**
 * Keeps the stores in step with the host: everything is read whenever the link comes up, events carry on from there.
 * Events that arrive while the snapshot is being read wait for it, so that none is lost and none comes too early.
 * Returns the function that lets go.
 */
export function connectStores(client: ControlClient, transport: Transport): () => void {
  let waiting: HostEvent[] | undefined = [];
  const readAll = async (): Promise<void> => {
    waiting ??= [];
    const [snapshot, recent] = await Promise.all([
      client.status.snapshot({}),
      client.activity.query({ limit: 500 }),
    ]);
    if (!snapshot.ok) return gatewayFailed(snapshot.error);
    gatewayRead(snapshot.value);
    if (recent.ok) activityRead(recent.value.entries);
    const events = waiting;
    waiting = undefined;
    for (const event of events) take(event);
  };
  const readSnapshot = async (): Promise<void> => {
    const snapshot = await client.status.snapshot({});
    if (snapshot.ok) gatewayRead(snapshot.value);
  };
  return transport.subscribe(
    (name, payload) => {
      const event = toHostEvent(name, payload);
      if (event === undefined) return;
      if (waiting === undefined) take(event);
      else waiting.push(event);
      // The event names what changed in the file; what it says by now is read anew.
      if (event.name === 'config.changed') void readSnapshot();
    },
    (link) => {
      linkChanged(link);
      if (link === 'live') void readAll();
    },
  );
}

function take(event: HostEvent): void {
  if (event.name === 'activity.appended') activityAppended(event.payload.entries, event.payload.dropped);
  else if (event.name === 'notices.raised') tellNotice(event.payload);
  else gatewayEvent(event);
}
