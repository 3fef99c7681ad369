import type { BackendName } from '../config/backend-name.ts';
import type { BackendConfig, StdioBackendConfig } from '../config/backend-schema.ts';
import type { Config } from '../config/config.ts';
import { type Problem, problem } from '../errors/problem.ts';
import { type FoldedName, foldName, type HeaderName } from './name.ts';
import { type HeaderOwner, ownersOf, type VariableOwner, variableOwners } from './owners.ts';
import type { HeaderSource } from './source.ts';
import { type WayOut, waysOut } from './ways-out.ts';

export type CollisionSource = HeaderSource | VariableOwner['source'];

/** Two sources for one outgoing name. Never a question of who wins (contract section 1). */
export interface Collision {
  readonly backend: BackendName;
  /** The header; for a process the header that fills the variable, or the variable where no header does. */
  readonly header: HeaderName;
  readonly folded: FoldedName;
  /** The environment variable, where a process is meant. */
  readonly variable?: string;
  readonly sources: readonly [CollisionSource, CollisionSource];
  readonly places: readonly [string, string];
  /** `always` disables the backend; `when-sent` fails the sessions whose client sends the header. */
  readonly when: 'always' | 'when-sent';
  readonly waysOut: readonly WayOut[];
}

/** Every collision of the backends in force, whether or not a client sends the header. */
export function configCollisions(config: Config): readonly Collision[] {
  return [...config.backends].flatMap(([name, backend]) =>
    backendCollisions(config.passthroughHeaders, name, backend),
  );
}

/** Every collision of one backend, also for one that is not in force (yet): what a form shows while typing. */
export function backendCollisions(
  allowlist: readonly HeaderName[],
  name: BackendName,
  backend: BackendConfig,
): readonly Collision[] {
  if (backend.type === 'stdio') return variableCollisions(name, backend);
  return pairs(ownersOf(allowlist, name, backend), (owner) => owner.folded).map(([first, second]) =>
    collisionOf(name, first, second),
  );
}

/**
 * All collisions that a session with these captured names would have, over all backends that are on (PAS-09).
 * A collision whose header was not sent is none (contract section 1).
 */
export function sessionCollisions(config: Config, capturedNames: Iterable<FoldedName>): readonly Collision[] {
  const captured = new Set(capturedNames);
  if (captured.size === 0) return [];
  return configCollisions(config).filter(
    (collision) =>
      collision.when === 'when-sent' &&
      captured.has(collision.folded) &&
      config.backends.get(collision.backend)?.enabled === true,
  );
}

/** One text that names all collisions: header, backend and both places, never a value. */
export function collisionMessage(collisions: readonly Collision[]): string {
  const sentences = collisions.map(sentence);
  return sentences.length === 1
    ? (sentences[0] ?? '')
    : `${sentences.length} collisions. ${sentences.join(' ')}`;
}

/** A collision as a problem of the config: an error where it is refused (at save) or disables the backend. */
export function collisionProblem(collision: Collision, severity: Problem['severity']): Problem {
  const [first, second] = collision.sources;
  const code = first === second ? 'header.duplicate' : 'header.collision';
  const fix = collision.waysOut.map((way) => way.text).join(' Or: ');
  return problem(code, collision.places[1], sentence(collision), fix, severity);
}

const SOURCE_WORDS: Readonly<Record<CollisionSource, string>> = {
  protocol: 'the protocol',
  passthrough: 'the passthrough list',
  static: 'a static header',
  secret: 'a secret header',
  auth: 'the auth strategy',
  identity: 'the identity headers',
  env: 'a variable',
  'secret-env': 'a secret variable',
  'header-env': 'a header mapped to a variable',
};

function sentence({ backend, header, variable, sources, places }: Collision): string {
  const what = variable === undefined ? `Header ${header}` : `Variable ${variable}`;
  const [first, second] = sources.map((source, index) => `${SOURCE_WORDS[source]} (${places[index]})`);
  return `${what} of backend ${backend} has two sources: ${first} and ${second}.`;
}

function collisionOf(backend: BackendName, first: HeaderOwner, second: HeaderOwner): Collision {
  const sent = first.source === 'passthrough' || second.source === 'passthrough';
  return {
    backend,
    header: first.name,
    folded: first.folded,
    sources: [first.source, second.source],
    places: [first.place, second.place],
    when: sent ? 'when-sent' : 'always',
    waysOut: waysOut(backend, [first, second]),
  };
}

function variableCollisions(backend: BackendName, config: StdioBackendConfig): readonly Collision[] {
  return pairs(variableOwners(backend, config), (owner) => owner.variable).map(([first, second]) => {
    const header = first.header ?? second.header;
    const shown = header ?? (first.variable as HeaderName);
    return {
      backend,
      header: shown,
      folded: foldName(shown),
      variable: first.variable,
      sources: [first.source, second.source],
      places: [first.place, second.place],
      when: header === undefined ? 'always' : 'when-sent',
      waysOut: [first, second].map((owner) => ({
        action: 'remove-from-backend',
        backend,
        header: shown,
        place: owner.place,
        text: `Remove ${owner.place}.`,
      })),
    };
  });
}

/** All pairs of owners with one key, in the owners' order, so that no collision hides behind another. */
function pairs<T>(owners: readonly T[], key: (owner: T) => string): (readonly [T, T])[] {
  return owners.flatMap((second, index) =>
    owners
      .slice(0, index)
      .filter((first) => key(first) === key(second))
      .map((first) => [first, second] as const),
  );
}
