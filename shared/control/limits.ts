/** The most that one call may bring, over all of its parts: before any schema looks at it (UIX-01). */
export const CALL_LIMITS = { characters: 8_388_608, nodes: 100_000, depth: 16 } as const;

export type InputFault = 'too-large' | 'too-deep' | 'not-plain';

/**
 * Looks whether a value that came over the border is plain JSON-like data of a bearable size, in time bounded by
 * `CALL_LIMITS`. A key `__proto__` counts as not plain: assigned anywhere, it would change an object's prototype.
 */
export function inputFault(input: unknown): InputFault | undefined {
  const waiting: { value: unknown; depth: number }[] = [{ value: input, depth: 0 }];
  let nodes = 0;
  let characters = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, depth } = next;
    nodes += 1;
    if (typeof value === 'string') characters += value.length;
    if (nodes + waiting.length > CALL_LIMITS.nodes || characters > CALL_LIMITS.characters) return 'too-large';
    if (typeof value !== 'object' || value === null) continue;
    if (depth >= CALL_LIMITS.depth) return 'too-deep';
    if (!isPlain(value)) return 'not-plain';
    if (Array.isArray(value) && value.length > CALL_LIMITS.nodes) return 'too-large';
    for (const [key, member] of Object.entries(value)) {
      if (key === '__proto__') return 'not-plain';
      if (!Array.isArray(value)) characters += key.length;
      waiting.push({ value: member, depth: depth + 1 });
    }
  }
  return undefined;
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Objects of another realm (a frame, a vm) have an Object.prototype of their own, whose prototype is null.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
