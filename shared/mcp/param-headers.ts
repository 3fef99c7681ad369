import { parseHeaderName } from '../headers/name.ts';
import { encodeHeaderValue } from './header-value.ts';

/** One property of a tool's input that a header repeats, so that proxies can route by it (SEP-2243). */
export interface ParamHeader {
  /** The full name, `Mcp-Param-Region`. */
  readonly header: string;
  /** Where the value stands in the arguments. */
  readonly path: readonly string[];
  readonly isNumber: boolean;
}

const MARK = 'x-mcp-header';
const TYPES: ReadonlySet<unknown> = new Set(['string', 'integer', 'boolean', 'number']);
/** Deepest chain of properties that is followed. */
const MAX_DEPTH = 32;

/**
 * The header declarations of a tool's input schema, in order. Marks that are no header name, stand on something else
 * than a primitive, or name a header twice are left out: such a tool is its clients' to refuse.
 */
export function paramHeadersOf(schema: unknown): readonly ParamHeader[] {
  return readMarks(schema).headers;
}

/** Whether a mark of the schema is none: a client of 2026-07-28 must not use such a tool over HTTP (SEP-2243). */
export function hasInvalidMarks(schema: unknown): boolean {
  return !readMarks(schema).areValid;
}

function readMarks(schema: unknown): {
  readonly headers: readonly ParamHeader[];
  readonly areValid: boolean;
} {
  const headers: ParamHeader[] = [];
  const taken = new Set<string>();
  let areValid = true;
  collect(schema, [], (node, path) => {
    const name = node[MARK];
    const isMark =
      typeof name === 'string' && parseHeaderName(name).ok && TYPES.has(node.type) && path.length > 0;
    const header = `Mcp-Param-${String(name)}`;
    if (!isMark || taken.has(header.toLowerCase())) {
      areValid = false;
      return;
    }
    taken.add(header.toLowerCase());
    headers.push({ header, path, isNumber: node.type === 'integer' || node.type === 'number' });
  });
  return { headers, areValid };
}

function collect(
  node: unknown,
  path: readonly string[],
  visit: (node: Readonly<Record<string, unknown>>, path: readonly string[]) => void,
): void {
  if (!isObject(node) || path.length > MAX_DEPTH) return;
  if (MARK in node) visit(node, path);
  if (!isObject(node.properties)) return;
  for (const [key, child] of Object.entries(node.properties)) collect(child, [...path, key], visit);
}

/** The headers of one call: an absent or null value has none (SEP-2243). */
export function paramHeaderValues(
  declared: readonly ParamHeader[],
  values: unknown,
): readonly (readonly [name: string, value: string])[] {
  return declared.flatMap(({ header, path }) => {
    const text = textOf(valueAt(values, path));
    return text === undefined ? [] : [[header, encodeHeaderValue(text)] as const];
  });
}

/** Whether a decoded header says the same as the arguments; numbers are compared as numbers. */
export function saysTheSame(declared: ParamHeader, decoded: string, values: unknown): boolean {
  const value = valueAt(values, declared.path);
  if (declared.isNumber && typeof value === 'number' && /^-?\d+(?:\.\d+)?$/.test(decoded))
    return Number(decoded) === value;
  return decoded === textOf(value);
}

/** Whether the arguments hold a value that this header has to repeat. */
export function isExpected(declared: ParamHeader, values: unknown): boolean {
  return textOf(valueAt(values, declared.path)) !== undefined;
}

function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? undefined : String(value);
}

function valueAt(root: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (node, key) => (isObject(node) && Object.hasOwn(node, key) ? node[key] : undefined),
    root,
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
