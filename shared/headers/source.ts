/**
 * Where a header of an outgoing request comes from. One header name has exactly one source;
 * two are a collision (contract section 1, "Collisions: fail loud").
 */
export type HeaderSource = 'protocol' | 'passthrough' | 'static' | 'secret' | 'auth' | 'identity';

/** The order in which the stages of the outgoing chain run (contract section 4). A tested constant. */
export const SOURCE_ORDER: readonly HeaderSource[] = [
  'protocol',
  'passthrough',
  'static',
  'secret',
  'auth',
  'identity',
];
