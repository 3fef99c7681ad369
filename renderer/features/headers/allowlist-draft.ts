import { create } from 'zustand';
import type { CallValue } from '../../../shared/control/contract.ts';
import type { Problem } from '../../../shared/errors/problem.ts';
import { checkAllowlist, checkHeaderName } from '../../../shared/headers/allowlist.ts';
import { foldName } from '../../../shared/headers/name.ts';

type SavedHeaders = CallValue<'headers.list'>;

interface AllowlistDraft {
  /** The list as typed; undefined while it is as saved. Outlives the screen, so that looking elsewhere loses nothing. */
  readonly names: readonly string[] | undefined;
  /** The state of the file that the draft was begun on. */
  readonly revision: string | undefined;
}

/** The user's unsaved list. */
export const useAllowlistDraft = create<AllowlistDraft>()(() => ({ names: undefined, revision: undefined }));

/** Begins or goes on with a draft. */
export function draftNames(names: readonly string[], revision: string): void {
  useAllowlistDraft.setState((before) => ({ names, revision: before.revision ?? revision }));
}

/** Lets the draft go: it was saved, or the user discarded it. */
export function dropDraft(): void {
  useAllowlistDraft.setState({ names: undefined, revision: undefined });
}

export interface NameLine {
  readonly name: string;
  readonly saved: boolean;
  readonly inForce: boolean;
  readonly capturedIn: number;
  readonly liveSessions: number;
  readonly problems: readonly Problem[];
}

/** The lines of the editor: the typed list with what the rules say of each name and what is known of it live. */
export function nameLines(names: readonly string[], saved: SavedHeaders): readonly NameLine[] {
  const { problems } = checkAllowlist(names);
  const known = new Map(saved.headers.map((header) => [foldName(header.name), header]));
  return names.map((name, index) => {
    const before = known.get(foldName(name));
    const own = problems.filter(({ place }) => place === `passthroughHeaders[${index}]`);
    return {
      name,
      saved: before !== undefined,
      inForce: !own.some(({ severity }) => severity === 'error'),
      capturedIn: before?.capturedIn ?? 0,
      liveSessions: saved.headers[0]?.liveSessions ?? 0,
      problems: own,
    };
  });
}

/** What is wrong with a name that is being typed, or with adding it to the list. Nothing typed, nothing wrong. */
export function typedProblems(typed: string, names: readonly string[]): readonly Problem[] {
  if (typed === '') return [];
  const place = `passthroughHeaders[${names.length}]`;
  const { problems } = checkHeaderName(typed, place, 'passthrough');
  if (problems.some(({ severity }) => severity === 'error')) return problems;
  return checkAllowlist([...names, typed]).problems.filter((found) => found.place === place);
}

/** How many names a draft adds to and takes from the saved list. */
export function draftChanges(
  names: readonly string[],
  saved: SavedHeaders,
): { readonly added: number; readonly removed: number } {
  const now = new Set(names.map(foldName));
  const before = new Set(saved.headers.map(({ name }) => foldName(name)));
  return {
    added: [...now].filter((name) => !before.has(name)).length,
    removed: [...before].filter((name) => !now.has(name)).length,
  };
}
