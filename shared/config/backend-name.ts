declare const backendNameBrand: unique symbol;

/** The name of one backend, as the key under `backends` and inside tool names. */
export type BackendName = string & { readonly [backendNameBrand]: true };

const GRAMMAR = /^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$/;
// `__proto__` fails the grammar already; it stands here so that the rule does not hang on the grammar (CFG-07).
const REFUSED: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** The name, or undefined where it is not one: 1 to 63 letters, digits, `_` and `-`, not led by `_` or `-`. */
export function parseBackendName(text: string): BackendName | undefined {
  return GRAMMAR.test(text) && !REFUSED.has(text.toLowerCase()) ? (text as BackendName) : undefined;
}
