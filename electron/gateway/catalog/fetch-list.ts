import type { Principal } from '../../../shared/identity/principal.ts';
import type { BackendSession } from '../../backends/backend-session.ts';
import type { BackendFailure } from '../../backends/transport.ts';
import type { ListShape } from './kinds.ts';
import { digestPages } from './slice.ts';

/** Pages read from one backend at most (HTP-12). */
const MAX_PAGES = 100;
/** Bytes of all pages of one list at most: each page may have as many as a message (HTP-03, HTP-11). */
const MAX_LIST_BYTES = 32 * 1024 * 1024;
const PAGE_TIMEOUT_MS = 30_000;

export type FetchedList =
  | { readonly ok: true; readonly pages: readonly Buffer[]; readonly warning: string | undefined }
  | { readonly ok: false; readonly failure: BackendFailure };

/**
 * Reads one list of one backend, all pages. Stops at a repeated cursor, after 100 pages or 32 MiB. A session that the backend
 * forgot is opened again and the list asked for once more: lists may be repeated (HTP-09).
 */
export async function fetchList(
  backend: BackendSession,
  shape: ListShape,
  caller: Principal,
): Promise<FetchedList> {
  const first = await readPages(backend, shape, caller);
  if (first.ok || first.failure.code !== 'backend.session-lost') return first;
  backend.reopen();
  const again = await backend.ready();
  return 'code' in again ? { ok: false, failure: again } : await readPages(backend, shape, caller);
}

async function readPages(backend: BackendSession, shape: ListShape, caller: Principal): Promise<FetchedList> {
  const pages: Buffer[] = [];
  let bytes = 0;
  const cursors = new Set<string>();
  let params: string | undefined;
  while (pages.length < MAX_PAGES) {
    const asked = await backend.ask(shape.method, params, caller, PAGE_TIMEOUT_MS);
    if (!asked.ok) return params === EMPTY ? { ok: true, pages, warning: undefined } : asked;
    bytes += asked.bytes.length;
    if (bytes > MAX_LIST_BYTES)
      return { ok: true, pages, warning: 'The list is larger than 32 MiB: the rest was not read.' };
    pages.push(asked.bytes);
    const cursor = nextCursor(asked.result);
    if (cursor === undefined) return { ok: true, pages, warning: undefined };
    if (cursor === '' && cursors.has(cursor))
      return { ok: true, pages: withoutEcho(pages), warning: undefined };
    if (cursors.has(cursor))
      return { ok: true, pages, warning: 'The list repeats a cursor: reading stopped there.' };
    cursors.add(cursor);
    params = JSON.stringify({ cursor });
  }
  return { ok: true, pages, warning: `The list has more than ${MAX_PAGES} pages: the rest was not read.` };
}

/** The params that ask for the page behind an empty cursor. */
const EMPTY = '{"cursor":""}';

/**
 * An empty cursor is one like any other (2026-07-28, pagination), but there are servers that mean the end by it: they
 * refuse it, or begin anew. That is no fault to warn of.
 */
function withoutEcho(pages: readonly Buffer[]): readonly Buffer[] {
  const isEcho = digestPages(pages.slice(-1)) === digestPages(pages.slice(0, 1));
  return isEcho ? pages.slice(0, -1) : pages;
}

function nextCursor(result: unknown): string | undefined {
  if (typeof result !== 'object' || result === null || !('nextCursor' in result)) return undefined;
  return typeof result.nextCursor === 'string' ? result.nextCursor : undefined;
}
