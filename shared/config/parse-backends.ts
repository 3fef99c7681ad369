import { type Problem, problem } from '../errors/problem.ts';
import { type BackendName, parseBackendName } from './backend-name.ts';
import { type BackendSurroundings, backendProblems } from './backend-rules.ts';
import { type BackendConfig, backendSchema } from './backend-schema.ts';
import type { DisabledBackend } from './parse-config.ts';
import { placeOf } from './place.ts';
import { isRecord, readPart } from './read.ts';

export interface ParsedBackends {
  readonly backends: ReadonlyMap<BackendName, BackendConfig>;
  readonly disabled: readonly DisabledBackend[];
  readonly problems: readonly Problem[];
}

/** Parses all backends, each for itself. Of two names that differ only in case the first holds (CFG-14). */
export function parseBackends(raw: unknown, surroundings: BackendSurroundings): ParsedBackends {
  const backends = new Map<BackendName, BackendConfig>();
  const disabled: DisabledBackend[] = [];
  if (raw === undefined) return { backends, disabled, problems: [] };
  if (!isRecord(raw)) {
    const found = problem(
      'config.field',
      'backends',
      'An object is expected here.',
      'Write { "name": { ... } }.',
    );
    return { backends, disabled, problems: [found] };
  }
  const problems: Problem[] = [];
  const taken = new Map<string, string>();
  for (const [key, entry] of Object.entries(raw)) {
    const checked = parseEntry(key, entry, taken, surroundings);
    problems.push(...checked.problems);
    const off = checked.problems.some((found) => found.severity === 'error');
    if (!off && checked.name !== undefined && checked.config !== undefined) {
      backends.set(checked.name, checked.config);
    } else {
      const { config } = checked;
      disabled.push({
        backend: key,
        problems: checked.problems,
        ...(config === undefined ? {} : { config }),
      });
    }
  }
  return { backends, disabled, problems };
}

interface CheckedEntry {
  readonly name?: BackendName | undefined;
  readonly config?: BackendConfig | undefined;
  readonly problems: readonly Problem[];
}

function parseEntry(
  key: string,
  entry: unknown,
  taken: Map<string, string>,
  surroundings: BackendSurroundings,
): CheckedEntry {
  const place = placeOf(['backends', key]);
  const name = parseBackendName(key);
  const { value: config, problems } = readPart(backendSchema, entry, place);
  if (name === undefined) return { config, problems: [invalidName(place), ...problems] };
  const earlier = taken.get(key.toLowerCase());
  if (earlier !== undefined) return { name, config, problems: [sameName(place, key, earlier), ...problems] };
  taken.set(key.toLowerCase(), key);
  if (config === undefined) return { name, problems };
  return { name, config, problems: [...problems, ...backendProblems(name, config, surroundings)] };
}

function invalidName(place: string): Problem {
  return problem(
    'backend.name',
    place,
    'This is not a backend name.',
    'Use 1 to 63 letters, digits, hyphens and underscores, led by a letter or digit; a few names are reserved.',
  );
}

function sameName(place: string, name: string, earlier: string): Problem {
  const message = `${name} differs from ${earlier} only in case, so their tools could not be told apart.`;
  return problem('backend.name', place, message, 'Give one of the two another name.');
}
