import type { ErrorCode } from '../errors/codes.ts';

/** The codes of what can go wrong with a call as such, before or beside what it was to do. */
export const CONTROL_CODES = {
  unknownCall: 'request.method-unknown',
  invalidInput: 'request.params',
  unreachable: 'gateway.internal',
  defect: 'gateway.internal',
} as const satisfies Record<string, ErrorCode>;
