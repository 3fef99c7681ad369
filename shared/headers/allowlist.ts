import { type Problem, problem } from '../errors/problem.ts';
import {
  cutText,
  type FoldedName,
  foldName,
  type HeaderName,
  type NameFault,
  parseHeaderName,
} from './name.ts';
import { canonicalName, findRestriction, type HeaderUse } from './restricted.ts';
import { MAX_PASSTHROUGH_NAMES } from './value.ts';

export interface AllowlistCheck {
  /** The names that hold, in the list's order and spelling. */
  readonly names: readonly HeaderName[];
  readonly problems: readonly Problem[];
}

/**
 * Checks the passthrough list entry by entry. A bad entry disables only itself: the valid ones stay in force (B12).
 * Of two spellings of one name the first holds, and the problem names both (B08).
 */
export function checkAllowlist(entries: readonly unknown[]): AllowlistCheck {
  const kept = new Map<FoldedName, HeaderName>();
  const problems: Problem[] = [];
  let overflow: number | undefined;
  entries.forEach((entry, index) => {
    const place = `passthroughHeaders[${index}]`;
    const checked = checkHeaderName(entry, place, 'passthrough');
    problems.push(...checked.problems);
    if (checked.name === undefined) return;
    const folded = foldName(checked.name);
    const earlier = kept.get(folded);
    if (earlier !== undefined) problems.push(duplicate(place, earlier, checked.name));
    else if (kept.size < MAX_PASSTHROUGH_NAMES) kept.set(folded, checked.name);
    else overflow ??= index;
  });
  if (overflow !== undefined) problems.push(tooMany(`passthroughHeaders[${overflow}]`));
  return { names: [...kept.values()], problems };
}

/**
 * Checks one configured name: grammar, then the restricted list for that use. Yields the name unless an error was
 * found; an underscore is a warning only, since CGI-like servers read `_` as `-` (threats.md 5.1).
 */
export function checkHeaderName(
  entry: unknown,
  place: string,
  use: HeaderUse,
): { readonly name?: HeaderName; readonly problems: readonly Problem[] } {
  if (typeof entry !== 'string') return { problems: [invalidName(place, 'not-text', '')] };
  const parsed = parseHeaderName(entry);
  if (!parsed.ok) return { problems: [invalidName(place, parsed.fault, entry)] };
  const restriction = findRestriction(entry, use);
  if (restriction !== undefined) {
    const canonical = canonicalName(entry);
    const fix = restriction.instead ?? 'Remove the entry.';
    return {
      problems: [problem('header.restricted', place, `${canonical} is reserved: ${restriction.reason}`, fix)],
    };
  }
  return { name: parsed.name, problems: entry.includes('_') ? [underscore(place, entry)] : [] };
}

const FAULT_TEXT: Readonly<Record<NameFault | 'not-text', string>> = {
  'not-text': 'it is not a text',
  empty: 'it is empty',
  'too-long': 'it is longer than 256 bytes',
  'not-ascii': 'it has a character outside of ASCII',
  'not-a-token': 'it has a blank, a colon, a control or another character that no name may have',
};

function invalidName(place: string, fault: NameFault | 'not-text', text: string): Problem {
  const shown = text === '' ? 'The entry' : `"${cutText(text)}"`;
  return problem(
    'header.name-invalid',
    place,
    `${shown} is not a header name: ${FAULT_TEXT[fault]}.`,
    "Use 1 to 256 letters, digits and the characters !#$%&'*+-.^_`|~ (RFC 9110 token).",
  );
}

function duplicate(place: string, first: HeaderName, second: HeaderName): Problem {
  return problem(
    'header.duplicate',
    place,
    `${second} is the same header as ${first}: case does not tell names apart.`,
    'Remove one of the two entries.',
  );
}

function tooMany(place: string): Problem {
  return problem(
    'header.too-many',
    place,
    `The list holds more than ${MAX_PASSTHROUGH_NAMES} names; this and later entries are not in force.`,
    `Keep at most ${MAX_PASSTHROUGH_NAMES} names.`,
  );
}

function underscore(place: string, text: string): Problem {
  return problem(
    'header.underscore',
    place,
    `${text} has an underscore; some servers drop such headers or read them as ${text.replaceAll('_', '-')}.`,
    'Use a name with hyphens where the backend allows it.',
    'warning',
  );
}
