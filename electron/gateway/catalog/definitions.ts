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
  /**
   * Original names of the tools in a list that nobody is shown where changes are held: what stands there was never
   * accepted, or another list of this backend has it changed.
   */
  held(backend: string, slice: Slice): ReadonlySet<string>;
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

/** What was first seen or approved last; what was accepted before needs no approval again. */
interface Accepted {
  readonly present: Known;
  readonly digests: ReadonlySet<string>;
}

/**
 * Characters of names and definitions that are remembered of one backend: room for two of the longest lists. One that
 * tells of ever new tools fills no memory (HTP-11, HTP-13); what comes beyond counts as never accepted.
 */
export const REMEMBERED_TEXT = 64 * 1024 * 1024;

/** Stands for a definition that there was no room for: its digest is known, its parts are not. */
const NOT_KEPT = 'null';

/** Remembers tool definitions for the life of the process. Key order does not count as change; all else does (HTP-14). */
export function createDefinitions(now: () => number, mostText: number = REMEMBERED_TEXT): Definitions {
  const accepted = new Map<string, Map<string, Accepted>>();
  const pending = new Map<string, Map<string, Known>>();
  /** A list is digested once: it may come again when others were read in between. By original name. */
  const digests = new WeakMap<Slice, ReadonlyMap<string, string>>();
  const latest = new Map<string, Slice>();
  /** Characters remembered of each backend. */
  const remembered = new Map<string, number>();
  let version = 0;

  function remember(backend: string, text: string): boolean {
    const size = (remembered.get(backend) ?? 0) + text.length;
    if (size > mostText) return false;
    remembered.set(backend, size);
    return true;
  }

  function forget(backend: string, tool: string): boolean {
    const text = pending.get(backend)?.get(tool)?.text;
    if (text === undefined) return false;
    if (text !== NOT_KEPT) remembered.set(backend, (remembered.get(backend) ?? 0) - text.length);
    return pending.get(backend)?.delete(tool) === true;
  }

  function digestsOf(slice: Slice): ReadonlyMap<string, string> {
    const known =
      digests.get(slice) ??
      new Map(slice.items.map((item) => [item.original, definitionDigest(definitionText(item))]));
    digests.set(slice, known);
    return known;
  }

  const isAccepted = (backend: string, tool: string, digest: string): boolean =>
    accepted.get(backend)?.get(tool)?.digests.has(digest) === true;

  function accept(backend: string, tool: string, present: Known): void {
    const before = accepted.get(backend)?.get(tool)?.digests ?? [];
    ofBackend(accepted, backend).set(tool, { present, digests: new Set([...before, present.digest]) });
  }

  return {
    note(backend, slice) {
      if (latest.get(backend) === slice) return [];
      latest.set(backend, slice);
      const changed: string[] = [];
      const waiting = ofBackend(pending, backend);
      const present = digestsOf(slice);
      for (const item of slice.items) {
        const tool = item.original;
        const digest = present.get(tool) ?? '';
        if (isAccepted(backend, tool, digest)) {
          if (forget(backend, tool)) version++;
          continue;
        }
        if (waiting.get(tool)?.digest === digest) continue;
        const text = definitionText(item);
        if (accepted.get(backend)?.has(tool) === true) {
          forget(backend, tool);
          waiting.set(tool, { at: now(), digest, text: remember(backend, text) ? text : NOT_KEPT });
          changed.push(tool);
          version++;
        } else if (remember(backend, tool + text)) accept(backend, tool, { at: now(), digest, text });
      }
      return changed;
    },
    changed: () =>
      [...pending].flatMap(([backend, waiting]) =>
        [...waiting].map(([tool, { text, at }]) => ({
          backend,
          tool,
          before: accepted.get(backend)?.get(tool)?.present.text ?? '',
          after: text,
          at,
        })),
      ),
    held(backend, slice) {
      const other = [...digestsOf(slice)].filter(([tool, digest]) => !isAccepted(backend, tool, digest));
      return new Set([...(pending.get(backend)?.keys() ?? []), ...other.map(([tool]) => tool)]);
    },
    approve(backend, tool) {
      const waiting = pending.get(backend)?.get(tool);
      if (waiting === undefined) return false;
      accept(backend, tool, waiting);
      pending.get(backend)?.delete(tool);
      version++;
      return true;
    },
    version: () => version,
  };
}

/** The part of one backend, made where there is none. */
function ofBackend<Part>(all: Map<string, Map<string, Part>>, backend: string): Map<string, Part> {
  const part = all.get(backend) ?? new Map<string, Part>();
  all.set(backend, part);
  return part;
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
