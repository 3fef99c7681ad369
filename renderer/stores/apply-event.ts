import type { CallValue } from '../../shared/control/contract.ts';
import type { HostEvent } from './host-event.ts';

export type Snapshot = CallValue<'status.snapshot'>;

/**
 * The snapshot after an event; the same object where the event does not touch it. What an event names is replaced in
 * place and new things come first (sessions) or in the host's order (backends), so that no row jumps about.
 */
export function applyEvent(snapshot: Snapshot, event: HostEvent): Snapshot {
  switch (event.name) {
    case 'status.changed':
      return { ...snapshot, ...event.payload };
    case 'backends.changed': {
      const gone = new Set(event.payload.removed);
      const kept = snapshot.backends.filter(({ name }) => !gone.has(name));
      const backends = merged(kept, event.payload.backends, ({ name }) => name, 'last');
      return { ...snapshot, backends, empty: snapshot.empty && backends.length === 0 };
    }
    case 'sessions.changed': {
      const gone = new Set(event.payload.ended);
      const kept = snapshot.sessions.filter(({ session }) => !gone.has(session));
      return {
        ...snapshot,
        sessions: merged(kept, event.payload.sessions, ({ session }) => session, 'first'),
      };
    }
    case 'config.changed':
      return { ...snapshot, revision: event.payload.revision };
    case 'problems.changed':
      return { ...snapshot, problems: event.payload.problems };
    case 'secrets.changed':
      return { ...snapshot, keychain: event.payload.keychain };
    case 'tools.changed':
      return { ...snapshot, changedDefinitions: event.payload.changedDefinitions };
    default:
      return snapshot;
  }
}

function merged<Item>(
  before: readonly Item[],
  changed: readonly Item[],
  key: (item: Item) => string,
  place: 'first' | 'last',
): Item[] {
  const byKey = new Map(changed.map((item) => [key(item), item]));
  const known = new Set(before.map(key));
  const fresh = changed.filter((item) => !known.has(key(item)));
  const kept = before.map((item) => byKey.get(key(item)) ?? item);
  return place === 'first' ? [...fresh, ...kept] : [...kept, ...fresh];
}
