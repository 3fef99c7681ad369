import { dropOldest } from '../../../shared/collections/drop-oldest.ts';
import { namesNotAllowed } from '../../../shared/headers/capture.ts';
import { foldName, type HeaderName } from '../../../shared/headers/name.ts';

export interface SeenHeader {
  /** As the client spelled it. */
  readonly name: string;
  /** What the clients that sent it call themselves. */
  readonly clients: readonly string[];
  readonly sessions: number;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/** Names of headers that clients sent and the allowlist ignored (contract 1.4). In memory, bounded, names only. */
export interface SeenHeaders {
  note(
    rawHeaders: readonly string[],
    allowlist: readonly HeaderName[],
    client: string,
    now: number,
  ): readonly string[];
  list(): readonly SeenHeader[];
}

const MAX_NAMES = 200;
const MAX_CLIENTS = 10;
const MAX_NAME_LENGTH = 256;

/** Makes an empty list: 200 names at most, the first seen gives way; longer names than 256 characters are ignored. */
export function createSeenHeaders(): SeenHeaders {
  const seen = new Map<string, SeenHeader>();

  function add(name: string, client: string, now: number): void {
    const key = foldName(name);
    const known = seen.get(key);
    const clients = known?.clients ?? [];
    seen.set(key, {
      name: known?.name ?? name,
      clients: clients.includes(client) || clients.length >= MAX_CLIENTS ? clients : [...clients, client],
      sessions: (known?.sessions ?? 0) + 1,
      firstSeenAt: known?.firstSeenAt ?? now,
      lastSeenAt: now,
    });
    dropOldest(seen, MAX_NAMES);
  }

  return {
    note(rawHeaders, allowlist, client, now) {
      const names = namesNotAllowed(rawHeaders, allowlist).filter((name) => name.length <= MAX_NAME_LENGTH);
      for (const name of names) add(name, client, now);
      return names;
    },
    list: () => [...seen.values()].sort((a, b) => b.lastSeenAt - a.lastSeenAt),
  };
}
