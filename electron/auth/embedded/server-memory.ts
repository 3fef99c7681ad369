import { z } from 'zod';

/** One thing that the authorization server remembers: a client, a grant, a token, a session of the browser. */
export interface MemoryItem {
  readonly payload: Record<string, unknown>;
  /** In ms since 1970; absent for what does not expire. */
  readonly until?: number | undefined;
}

/** What oidc-provider asks of an adapter; one per kind of thing. */
export interface MemoryAdapter {
  upsert(id: string, payload: Record<string, unknown>, expiresIn?: number): Promise<void>;
  find(id: string): Promise<Record<string, unknown> | undefined>;
  findByUid(uid: string): Promise<Record<string, unknown> | undefined>;
  findByUserCode(code: string): Promise<undefined>;
  consume(id: string): Promise<void>;
  destroy(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}

export interface ServerMemory {
  adapter(kind: string): MemoryAdapter;
  /** What outlives a restart, as text; at most `limit` characters, the oldest left out. */
  snapshot(limit: number): string;
  /** Takes up a snapshot; a text that is none changes nothing. */
  restore(text: string): void;
}

/** A client that registered, what the user agreed to, the tokens that renew it, who signed in. All else ends with us. */
const LASTING: ReadonlySet<string> = new Set(['Client', 'Grant', 'RefreshToken', 'UpstreamAccount']);

/** Per kind; registration is open to every local program, so it must not fill the memory (threats.md 1.4). */
const MOST = 500;

const snapshotSchema = z.array(
  z.tuple([z.string(), z.string(), z.record(z.string(), z.unknown()), z.number().nullable()]),
);

/** Makes an empty memory. `changed` is told after everything that a snapshot would show; `removed` after each removal. */
export function createServerMemory(
  now: () => number,
  changed: () => void,
  removed: (kind: string) => void,
): ServerMemory {
  const kinds = new Map<string, Map<string, MemoryItem>>();
  const itemsOf = (kind: string): Map<string, MemoryItem> => {
    const items = kinds.get(kind) ?? new Map<string, MemoryItem>();
    kinds.set(kind, items);
    return items;
  };
  const tell = (kind: string): void => {
    if (LASTING.has(kind)) changed();
  };
  const alive = (item: MemoryItem | undefined): MemoryItem | undefined =>
    item?.until !== undefined && item.until <= now() ? undefined : item;

  const put = (kind: string, id: string, item: MemoryItem): void => {
    const items = itemsOf(kind);
    items.delete(id);
    items.set(id, item);
    for (const [oldId, old] of items) {
      if (items.size <= MOST && alive(old) !== undefined) break;
      items.delete(oldId);
    }
  };

  const adapter = (kind: string): MemoryAdapter => ({
    async upsert(id, payload, expiresIn) {
      put(kind, id, { payload, ...(expiresIn === undefined ? {} : { until: now() + expiresIn * 1000 }) });
      tell(kind);
    },
    find: async (id) => alive(itemsOf(kind).get(id))?.payload,
    async findByUid(uid) {
      return [...itemsOf(kind).values()].find((item) => item.payload.uid === uid && alive(item))?.payload;
    },
    findByUserCode: async () => undefined,
    async consume(id) {
      const item = itemsOf(kind).get(id);
      if (item === undefined) return;
      item.payload.consumed = Math.floor(now() / 1000);
      tell(kind);
    },
    async destroy(id) {
      if (!itemsOf(kind).delete(id)) return;
      removed(kind);
      tell(kind);
    },
    async revokeByGrantId(grantId) {
      for (const [id, item] of itemsOf(kind)) if (item.payload.grantId === grantId) itemsOf(kind).delete(id);
      removed(kind);
      tell(kind);
    },
  });

  return {
    adapter,
    snapshot(limit) {
      const newestFirst = [...LASTING].flatMap((kind) =>
        [...itemsOf(kind)]
          .reverse()
          .flatMap(([id, item]) => (alive(item) ? [[kind, id, item.payload, item.until ?? null]] : [])),
      );
      const kept: string[] = [];
      let size = 2;
      for (const entry of newestFirst) {
        const text = JSON.stringify(entry);
        if (size + text.length + 1 > limit) break;
        size += text.length + 1;
        kept.push(text);
      }
      return `[${kept.reverse().join(',')}]`;
    },
    restore(text) {
      const parsed = snapshotSchema.safeParse(parseJson(text));
      if (!parsed.success) return;
      for (const [kind, id, payload, until] of parsed.data) {
        if (LASTING.has(kind)) put(kind, id, { payload, ...(until === null ? {} : { until }) });
      }
    },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
