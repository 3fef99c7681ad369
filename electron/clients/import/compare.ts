import { isDeepStrictEqual } from 'node:util';
import type { BackendDraft } from './draft.ts';

/** One field in which two backends differ; texts are for reading, names only for variables and headers. */
export interface Difference {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** What is shown and compared of a backend: never a value of a variable or header. */
function facts(draft: BackendDraft): Readonly<Record<string, unknown>> {
  return draft.type === 'stdio'
    ? {
        type: draft.type,
        command: draft.command,
        args: draft.args ?? [],
        cwd: draft.cwd ?? '',
        env: [...Object.keys(draft.env ?? {}), ...(draft.secretEnv ?? [])].sort(),
      }
    : {
        type: draft.type,
        url: draft.url,
        headers: [...Object.keys(draft.headers ?? {}), ...(draft.secretHeaders ?? [])].sort(),
      };
}

function plainValues(draft: BackendDraft): unknown {
  return draft.type === 'stdio' ? (draft.env ?? {}) : (draft.headers ?? {});
}

/** The fields in which a new draft differs from a backend that exists; empty when they are the same (IMP-05). */
export function compareWith(existing: BackendDraft, draft: BackendDraft): readonly Difference[] {
  const [old, now] = [facts(existing), facts(draft)];
  const fields = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  const differing = fields
    .filter((field) => !isDeepStrictEqual(old[field], now[field]))
    .map((field) => ({ field, before: shown(old[field]), after: shown(now[field]) }));
  if (differing.length > 0 || isDeepStrictEqual(plainValues(existing), plainValues(draft))) return differing;
  return [
    { field: draft.type === 'stdio' ? 'env values' : 'header values', before: 'as before', after: 'changed' },
  ];
}

function shown(value: unknown): string {
  return Array.isArray(value) ? JSON.stringify(value) : String(value ?? '');
}

/** What a backend leads to, as one text: equal texts are the same server. */
export function targetKey(draft: BackendDraft): string {
  return draft.type === 'stdio'
    ? JSON.stringify([draft.command, ...draft.args])
    : draft.url.replace(/\/$/, '');
}

/** Whether two drafts are equal in everything that is shown. */
export function sameTarget(one: BackendDraft, other: BackendDraft): boolean {
  return compareWith(one, other).length === 0;
}
