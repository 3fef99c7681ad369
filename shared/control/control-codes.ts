import type { ErrorCode } from '../errors/codes.ts';

/** The codes of what can go wrong with a call as such, before or beside what it was to do. */
export const CONTROL_CODES = {
  unknownCall: 'control.unknown-call',
  invalidInput: 'control.input',
  unreachable: 'control.unreachable',
  defect: 'control.defect',
} as const satisfies Record<string, ErrorCode>;
