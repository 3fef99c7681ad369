import type { BackendName } from '../config/backend-name.ts';
import type { Config } from '../config/config.ts';
import { type Capture, captureHeaders } from './capture.ts';
import { type Collision, sessionCollisions } from './collisions.ts';
import { cutText, type FoldedName, foldName, parseHeaderName } from './name.ts';
import { type Plan, type PlanCell, plan } from './plan.ts';
import type { PlanFacts } from './plan-facts.ts';
import { findRestriction } from './restricted.ts';
import { normaliseCapturedValue } from './value.ts';

export interface RefusedHeader {
  readonly name: string;
  /** Why, one sentence; never the value. */
  readonly reason: string;
}

export interface SimulatedCell {
  readonly cell: PlanCell;
  /** What would be sent: as typed for captured headers, as configured for plain static ones. */
  readonly value?: string;
  /** True where a value exists that is not shown: secrets, credentials, identity. */
  readonly masked: boolean;
}

export interface Simulation {
  readonly captured: readonly { readonly name: string; readonly bytes: number }[];
  /** Sent, but not in the allowlist. */
  readonly ignored: readonly string[];
  readonly refused: readonly RefusedHeader[];
  readonly droppedByConnection: readonly FoldedName[];
  readonly fault?: NonNullable<Capture['fault']>;
  /** Not empty: `initialize` would fail and no backend be contacted. */
  readonly collisions: readonly Collision[];
  readonly plan: Plan;
  readonly cells: ReadonlyMap<BackendName, ReadonlyMap<FoldedName, SimulatedCell>>;
}

/**
 * What would happen if a client opened a session with these headers: the same functions as in the gateway, with
 * values typed by a person. Values above U+00FF are refused, since a header has bytes and no encoding.
 */
export function simulate(
  config: Config,
  sentHeaders: readonly (readonly [name: string, value: string])[],
  facts: Omit<PlanFacts, 'captured'>,
): Simulation {
  const refused: RefusedHeader[] = [];
  const raw: string[] = [];
  for (const [name, value] of sentHeaders) {
    const reason = refusalOf(name, value);
    if (reason === undefined) raw.push(name, value);
    else refused.push({ name: cutText(name), reason });
  }
  const { captured, droppedByConnection, fault } = captureHeaders(raw, config.passthroughHeaders);
  const names = new Set(captured.map((header) => foldName(header.name)));
  const filled = plan(config, { ...facts, captured: names });
  const values = new Map(captured.map((header) => [foldName(header.name), header.value]));
  return {
    captured: captured.map(({ name, bytes }) => ({ name, bytes })),
    ignored: ignoredNames(raw, config),
    refused,
    droppedByConnection,
    ...(fault === undefined ? {} : { fault }),
    collisions: sessionCollisions(config, names),
    plan: filled,
    cells: fillIn(config, filled, values),
  };
}

function refusalOf(name: string, value: string): string | undefined {
  const parsed = parseHeaderName(name);
  if (!parsed.ok) return 'This is not a header name.';
  const restriction = findRestriction(name, 'passthrough');
  // `Connection` decides on other headers, so it takes part although it is never captured (PAS-13).
  if (restriction !== undefined && foldName(name) !== 'connection') return restriction.reason;
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value)
    ? undefined
    : 'The value has a character that no header may have.';
}

function ignoredNames(raw: readonly string[], config: Config): readonly string[] {
  const listed = new Set(config.passthroughHeaders.map(foldName));
  const sent = raw.filter((_, index) => index % 2 === 0);
  return [...new Map(sent.map((name) => [foldName(name), name]))]
    .filter(([folded]) => !listed.has(folded) && folded !== 'connection')
    .map(([, name]) => name);
}

function fillIn(
  config: Config,
  filled: Plan,
  values: ReadonlyMap<FoldedName, string>,
): ReadonlyMap<BackendName, ReadonlyMap<FoldedName, SimulatedCell>> {
  return new Map(
    filled.backends.map((backend) => [
      backend,
      new Map(
        filled.rows.flatMap(({ folded, cells }) => {
          const cell = cells.get(backend);
          return cell === undefined ? [] : [[folded, simulatedCell(config, backend, folded, cell, values)]];
        }),
      ),
    ]),
  );
}

function simulatedCell(
  config: Config,
  backend: BackendName,
  folded: FoldedName,
  cell: PlanCell,
  values: ReadonlyMap<FoldedName, string>,
): SimulatedCell {
  if (cell.kind !== 'sent') return { cell, masked: false };
  const value =
    cell.source === 'passthrough' ? values.get(folded) : staticValue(config, backend, folded, cell);
  return value === undefined ? { cell, masked: true } : { cell, value, masked: false };
}

function staticValue(
  config: Config,
  backend: BackendName,
  folded: FoldedName,
  cell: Extract<PlanCell, { kind: 'sent' }>,
): string | undefined {
  const settings = config.backends.get(backend);
  // A plain Authorization is a credential all the same.
  if (cell.source !== 'static' || settings === undefined || settings.type === 'stdio') return undefined;
  if (folded === 'authorization') return undefined;
  const value = [...settings.headers].find(([name]) => foldName(name) === folded)?.[1];
  return value === undefined ? undefined : normaliseCapturedValue(value);
}
