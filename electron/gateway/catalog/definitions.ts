import { createHash } from 'node:crypto';
import type { Slice, SliceItem } from './slice.ts';

/** A tool whose definition is not the one that was first seen (HTP-13: rug pull). */
export interface ChangedDefinition {
  readonly backend: string;
  readonly tool: string;
  readonly before: string;
  readonly after: string;
  /** When it was first seen to be another one. */
  readonly at: number;
}

export interface Definitions {
  /**
   * Compares a freshly fetched list with what was first seen; new names are taken as they are. Gives the original
   * names of the tools that are other ones than the list before had.
   */
  note(backend: string, slice: Slice): readonly string[];
  changed(): readonly ChangedDefinition[];
  /** Original names of one backend whose changed definition nobody has approved yet. */
  pending(backend: string): ReadonlySet<string>;
  /** Accepts the present definition; answers false when there is nothing to approve. */
  approve(backend: string, tool: string): boolean;
  /** Grows with every change of the pending set: part of cache keys. */
  version(): number;
}

interface Known {
  readonly at: number;
  readonly digest: string;
  readonly text: string;
}

const NONE: ReadonlySet<string> = new Set();

/** Remembers tool definitions for the life of the process. Key order does not count as change; all else does (HTP-14). */
export function createDefinitions(now: () => number): Definitions {
  const known = new Map<string, Map<string, Known>>();
  const pending = new Map<string, Map<string, Known>>();
  const noted = new WeakSet<Slice>();
  let version = 0;

  return {
    note(backend, slice) {
      if (noted.has(slice)) return [];
      noted.add(slice);
      const first = known.get(backend) ?? new Map<string, Known>();
      known.set(backend, first);
      const changed: string[] = [];
      for (const item of slice.items) {
        const present = read(item, now());
        const before = first.get(item.original);
        if (before === undefined) first.set(item.original, present);
        else if (before.digest !== present.digest) {
          const waiting = pending.get(backend) ?? new Map<string, Known>();
          if (waiting.get(item.original)?.digest === present.digest) continue;
          pending.set(backend, waiting.set(item.original, present));
          changed.push(item.original);
          version++;
        } else if (pending.get(backend)?.delete(item.original) === true) version++;
      }
      return changed;
    },
    changed: () =>
      [...pending].flatMap(([backend, waiting]) =>
        [...waiting].map(([tool, { text, at }]) => ({
          backend,
          tool,
          before: known.get(backend)?.get(tool)?.text ?? '',
          after: text,
          at,
        })),
      ),
    pending: (backend) => {
      const waiting = pending.get(backend);
      return waiting === undefined ? NONE : new Set(waiting.keys());
    },
    approve(backend, tool) {
      const accepted = pending.get(backend)?.get(tool);
      if (accepted === undefined) return false;
      known.get(backend)?.set(tool, accepted);
      pending.get(backend)?.delete(tool);
      version++;
      return true;
    },
    version: () => version,
  };
}

function read(item: SliceItem, at: number): Known {
  const text = definitionText(item);
  return { at, text, digest: definitionDigest(text) };
}

/** The JSON text of one item as its backend gave it. */
export function definitionText({ before, original, after }: SliceItem): string {
  return `${before}${JSON.stringify(original)}${after}`;
}

/** Names one definition, whatever the order of its keys; an approval is given to it (HTP-14). */
export function definitionDigest(text: string): string {
  return createHash('sha256')
    .update(canonical(JSON.parse(text)))
    .digest('base64');
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}
