import { foldName } from '../../../shared/headers/name.ts';
import { findRestriction } from '../../../shared/headers/restricted.ts';
import { type HeaderSource, SOURCE_ORDER } from '../../../shared/headers/source.ts';
import { failure, faultyAnswer } from '../failure.ts';
import type { BackendFailure } from '../transport.ts';

export type HeaderPair = readonly [name: string, value: string];

/** One stage of the chain: what one source adds. */
export interface Stage {
  readonly source: HeaderSource;
  readonly headers: readonly HeaderPair[];
}

export interface OutgoingHeader {
  readonly name: string;
  readonly source: HeaderSource;
}

/** The headers of one outgoing request and, name by name, where each comes from. */
export interface OutgoingHeaders {
  /** Flat name, value, name, value list as undici takes it; built in one case-folded map (CVE-2026-1525). */
  readonly flat: string[];
  readonly provenance: readonly OutgoingHeader[];
  /** One sentence per claim that could not be sent and was left out (contract 3.6); names the header, no value. */
  readonly warnings?: readonly string[];
}

/** Two stages set one name. Configuration checks make this impossible; it is the second guard. */
export class HeaderConflictError extends Error {
  readonly code = 'header.collision';
  readonly header: string;
  readonly sources: readonly [HeaderSource, HeaderSource];

  constructor(header: string, sources: readonly [HeaderSource, HeaderSource]) {
    super(`The header ${header} would be set by both ${sources[0]} and ${sources[1]}; nothing was sent.`);
    this.header = header;
    this.sources = sources;
  }
}

/** What a caller gets when the headers of a request could not be built: nothing has been sent. */
export function headersFailure(backend: string, error: unknown): BackendFailure {
  return error instanceof HeaderConflictError
    ? failure(error.code, `${backend}: ${error.message}`, { notProcessed: true })
    : faultyAnswer(backend, 'could not be signed in to');
}

/** The name that may come from the caller or the config although the protocol stage has a default for it. */
const DEFAULTED = foldName('User-Agent');

/**
 * Builds the headers of one request: stages in the fixed order, each on a map of its own making; nothing is copied
 * from the client's request (contract section 4). A name already present is an error, never overwritten (B47).
 * Restricted names that slipped into a captured map are dropped here (B35).
 */
export function buildOutgoing(stages: readonly Stage[]): OutgoingHeaders {
  const sources = new Map<string, HeaderSource>();
  const flat: string[] = [];
  const provenance: OutgoingHeader[] = [];
  const replaced = new Set(
    stages.flatMap(({ source, headers }) => (source === 'protocol' ? [] : names(headers))),
  );
  for (const { source, headers } of inOrder(stages)) {
    for (const [name, value] of headers) {
      const folded = foldName(name);
      if (source === 'passthrough' && findRestriction(name, 'passthrough') !== undefined) continue;
      if (source === 'protocol' && folded === DEFAULTED && replaced.has(folded)) continue;
      const earlier = sources.get(folded);
      if (earlier !== undefined) throw new HeaderConflictError(name, [earlier, source]);
      sources.set(folded, source);
      flat.push(name, value);
      provenance.push({ name, source });
    }
  }
  return { flat, provenance };
}

function names(headers: readonly HeaderPair[]): string[] {
  return headers.map(([name]) => foldName(name));
}

function inOrder(stages: readonly Stage[]): readonly Stage[] {
  return [...stages].sort((a, b) => SOURCE_ORDER.indexOf(a.source) - SOURCE_ORDER.indexOf(b.source));
}
