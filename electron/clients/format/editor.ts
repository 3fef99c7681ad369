import type { JsonObject } from '../../../shared/json/json-value.ts';
import type { TextEdit } from './text-edit.ts';

/** Where one entry stands: the containers to choose from, the entry's name, and how the container keeps its entries. */
export interface EntryPlace {
  readonly containers: readonly (readonly string[])[];
  readonly name: string;
  readonly layout: 'map' | 'list';
}

/** Why a text was not parsed or cannot be edited in place; line and column from 1, 0 when no place can be named. */
export interface Refusal {
  readonly ok: false;
  readonly kind: 'parse' | 'shape';
  readonly message: string;
  readonly line: number;
  readonly column: number;
}

export type Parsed = { readonly ok: true; readonly value: unknown; readonly comments: boolean } | Refusal;
export type Edits = { readonly ok: true; readonly edits: readonly TextEdit[] } | Refusal;

/**
 * Edits one entry of a text and nothing else. `put` adds the entry or replaces it where it stands; `remove` takes it
 * out. Both return edits and never a whole new text, so what is outside of them cannot change.
 */
export interface FormatEditor {
  parse(text: string): Parsed;
  put(text: string, container: readonly string[], place: EntryPlace, value: JsonObject): Edits;
  remove(text: string, container: readonly string[], place: EntryPlace): Edits;
}

/** A refusal at a known position. */
export function refusal(
  kind: Refusal['kind'],
  message: string,
  position: { readonly line: number; readonly column: number } = { line: 0, column: 0 },
): Refusal {
  return { ok: false, kind, message, line: position.line, column: position.column };
}
