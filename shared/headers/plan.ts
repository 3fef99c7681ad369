import type { BackendName } from '../config/backend-name.ts';
import type { BackendConfig, RemoteBackendConfig, StdioBackendConfig } from '../config/backend-schema.ts';
import type { Config } from '../config/config.ts';
import { placeOf } from '../config/place.ts';
import { IDENTITY_HEADERS } from '../identity/identity-headers.ts';
import { backendCollisions, type Collision } from './collisions.ts';
import { type FoldedName, foldName, type HeaderName } from './name.ts';
import { type HeaderOwner, isExcepted, ownersOf } from './owners.ts';
import { identityReason, type PlanFacts, secretStateOf } from './plan-facts.ts';
import type { HeaderSource } from './source.ts';

export type NotSentReason =
  | 'not-configured'
  | 'not-sent-by-client'
  | 'excepted'
  | 'identity-off'
  | 'identity-anonymous'
  | 'identity-local'
  | 'secret-missing'
  | 'secret-locked'
  | 'secret-absent'
  | 'signed-out'
  | 'backend-off';

/** What makes a `sent` cell conditional or special. */
export type SentNote = 'when-client-sends-it' | 'when-claim-present' | 'as-variable';

export type PlanCell =
  | { readonly kind: 'sent'; readonly source: HeaderSource; readonly place: string; readonly note?: SentNote }
  | { readonly kind: 'not-sent'; readonly reason: NotSentReason }
  | { readonly kind: 'collision'; readonly collision: Collision }
  | { readonly kind: 'not-applicable'; readonly reason: 'process-takes-no-headers' };

export interface PlanRow {
  readonly name: HeaderName;
  readonly folded: FoldedName;
  /** One cell per backend of the config. */
  readonly cells: ReadonlyMap<BackendName, PlanCell>;
}

export interface Plan {
  readonly backends: readonly BackendName[];
  /** Configured names in the order of the outgoing chain; names of the protocol itself are left out. */
  readonly rows: readonly PlanRow[];
}

/** The words for each reason; the window, the command line and the gateway show the same. */
export const REASON_TEXT: Readonly<Record<NotSentReason | SentNote | 'process-takes-no-headers', string>> = {
  'not-configured': 'not set for this backend',
  'not-sent-by-client': 'the client did not send it',
  excepted: 'left out for this backend',
  'identity-off': 'identity headers are off for this backend',
  'identity-anonymous': 'the caller is anonymous',
  'identity-local': 'the caller is known by a local token only',
  'secret-missing': 'its secret is missing',
  'secret-locked': 'the keychain is locked',
  'secret-absent': 'there is no safe storage for secrets',
  'signed-out': 'nobody is signed in to this backend',
  'backend-off': 'the backend is off',
  'when-client-sends-it': 'when the client sends it',
  'when-claim-present': 'when the caller has such a claim',
  'as-variable': 'as an environment variable',
  'process-takes-no-headers': 'not applicable: a process takes no headers',
};

/**
 * What each backend would get, header by header, with its source: the truth that the window, the command line and
 * the gateway's explanations share. Pure; knows names and places only, never a value.
 */
export function plan(config: Config, facts: PlanFacts): Plan {
  const columns = [...config.backends].map(([name, backend]) => columnOf(config, name, backend));
  const names = new Map<FoldedName, HeaderName>();
  for (const name of config.passthroughHeaders) names.set(foldName(name), name);
  for (const { owners } of columns) {
    for (const { folded, name, source } of owners) {
      if (source !== 'protocol' && source !== 'identity' && !names.has(folded)) names.set(folded, name);
    }
  }
  if (columns.some(({ backend }) => backend.type !== 'stdio')) {
    for (const { name } of IDENTITY_HEADERS) if (!names.has(foldName(name))) names.set(foldName(name), name);
  }
  const rows = [...names].map(([folded, name]) => ({
    name,
    folded,
    cells: new Map(columns.map((column) => [column.name, cellOf(column, folded, facts)])),
  }));
  return { backends: columns.map((column) => column.name), rows };
}

interface Column {
  readonly name: BackendName;
  readonly backend: BackendConfig;
  readonly owners: readonly HeaderOwner[];
  readonly collisions: readonly Collision[];
}

function columnOf(config: Config, name: BackendName, backend: BackendConfig): Column {
  return {
    name,
    backend,
    owners: ownersOf(config.passthroughHeaders, name, backend),
    collisions: backendCollisions(config.passthroughHeaders, name, backend),
  };
}

function cellOf(column: Column, folded: FoldedName, facts: PlanFacts): PlanCell {
  const { backend, collisions } = column;
  if (!backend.enabled) return notSent('backend-off');
  const collision = collisions.find((found) => found.folded === folded && mayHappen(found, facts));
  if (collision !== undefined) return { kind: 'collision', collision };
  return backend.type === 'stdio'
    ? variableCell(column.name, backend, folded, facts)
    : headerCell(column, backend, folded, facts);
}

function mayHappen(collision: Collision, facts: PlanFacts): boolean {
  if (collision.when === 'always') return collision.variable === undefined;
  return facts.captured === 'unknown' || facts.captured.has(collision.folded);
}

function variableCell(
  name: BackendName,
  backend: StdioBackendConfig,
  folded: FoldedName,
  facts: PlanFacts,
): PlanCell {
  const variable = [...backend.envFromHeaders].find(([, header]) => foldName(header) === folded)?.[0];
  if (variable === undefined) return { kind: 'not-applicable', reason: 'process-takes-no-headers' };
  if (!isSent(folded, facts)) return notSent('not-sent-by-client');
  const place = placeOf(['backends', name, 'envFromHeaders', variable]);
  return { kind: 'sent', source: 'passthrough', place, note: 'as-variable' };
}

function headerCell(
  column: Column,
  backend: RemoteBackendConfig,
  folded: FoldedName,
  facts: PlanFacts,
): PlanCell {
  if (IDENTITY_HEADERS.some(({ name }) => foldName(name) === folded))
    return identityCell(column, backend, facts);
  const claims = column.owners.filter((owner) => owner.folded === folded && owner.source !== 'protocol');
  // A static header beside a listed one that the client did not send: no collision, the static one goes out.
  const owner = claims.find(({ source }) => source !== 'passthrough' || isSent(folded, facts)) ?? claims[0];
  if (owner === undefined) return notSent(isExcepted(backend, folded) ? 'excepted' : 'not-configured');
  const { source, place } = owner;
  if (source === 'passthrough') {
    if (facts.captured === 'unknown') return { kind: 'sent', source, place, note: 'when-client-sends-it' };
    return isSent(folded, facts) ? { kind: 'sent', source, place } : notSent('not-sent-by-client');
  }
  if (source === 'auth' && facts.signedOut.has(column.name)) return notSent('signed-out');
  const state = secretStateOf(facts, column.name, source, owner.name);
  return state === undefined ? { kind: 'sent', source, place } : notSent(state);
}

function identityCell(column: Column, backend: RemoteBackendConfig, facts: PlanFacts): PlanCell {
  const reason = identityReason(backend.identityHeaders, facts.principal);
  if (reason !== undefined) return notSent(reason);
  const place = placeOf(['backends', column.name, 'identityHeaders']);
  return { kind: 'sent', source: 'identity', place, note: 'when-claim-present' };
}

function isSent(folded: FoldedName, facts: PlanFacts): boolean {
  return facts.captured === 'unknown' || facts.captured.has(folded);
}

function notSent(reason: NotSentReason): PlanCell {
  return { kind: 'not-sent', reason };
}
