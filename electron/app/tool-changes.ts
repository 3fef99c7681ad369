import { MAX_NAMED_TOOLS, type ToolChangeEntry as View } from '../../shared/control/activity.ts';
import { stillLasts } from '../../shared/time/still-lasts.ts';

/** Tools of one backend that changed together, or that a person has approved, by their original names. */
export interface ToolChange {
  readonly at: number;
  readonly backend: string;
  readonly tools: readonly string[];
  readonly outcome: View['outcome'];
}

/** Changes of the tools of one backend, as the window and the support bundle may see them (HTP-13). */
export interface ToolChangeEntry extends ToolChange {
  readonly kind: 'tool-change';
  readonly number: number;
  /** The first of them that have a bearable name: what is kept of a backend has an end. */
  readonly tools: readonly string[];
  readonly count: number;
}

/** The newest entry of a backend, which further changes may join, with the names of all of its tools. */
export interface NewestChange {
  readonly entry: ToolChangeEntry;
  readonly all: ReadonlySet<string>;
}

/** For how long further changes join an entry, in ms. */
const JOINED_MS = 60_000;
const MAX_NAME = 256;

/** The entry of a change that stands for itself. */
export function opened(number: number, { tools, ...change }: ToolChange): NewestChange {
  const all = new Set(tools);
  return { entry: { kind: 'tool-change', number, ...change, ...toldOf(all) }, all };
}

/**
 * The entry with a further change in it: the same one where it tells of these tools already, `undefined` where the
 * change wants an entry of its own. A backend that changes its tools with every list read would else drive all calls
 * out of the list: this way it takes one place a minute, however many tools and sessions it has. Whoever approves in
 * between sees the next change as a new entry, since only the newest of a backend is joined.
 */
export function joined(newest: NewestChange, { at, outcome, tools }: ToolChange): NewestChange | undefined {
  const { entry } = newest;
  if (entry.outcome !== outcome || !stillLasts(entry.at, JOINED_MS, at)) return undefined;
  if (tools.every((tool) => newest.all.has(tool))) return newest;
  const all = new Set([...newest.all, ...tools]);
  return { entry: { ...entry, ...toldOf(all) }, all };
}

function toldOf(all: ReadonlySet<string>): Pick<ToolChangeEntry, 'tools' | 'count'> {
  const named = [...all].filter((name) => name !== '' && name.length <= MAX_NAME);
  return { tools: named.slice(0, MAX_NAMED_TOOLS), count: all.size };
}
