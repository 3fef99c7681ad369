import type { Failure } from '../../../shared/control/result.ts';
import { ControlFault } from '../../../shared/control/result.ts';
import type { ErrorCode } from '../../../shared/errors/codes.ts';
import type { Checked, Problem } from '../../../shared/errors/problem.ts';

/** Refuses a call: it throws what `answerCall` makes a tagged answer of. No value may stand in the texts. */
export function refuse(code: ErrorCode, message: string, more: Partial<Failure> = {}): never {
  throw new ControlFault({ code, message, ...more });
}

/** Refuses a call with everything that is wrong; errors only count where there are some. */
export function refuseProblems(problems: readonly Problem[]): never {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors.length === 0 ? problems : errors;
  if (first === undefined) return refuse('gateway.internal', 'The change was refused without a reason.');
  const message = errors.length > 1 ? `${errors.length} things are wrong. ${first.message}` : first.message;
  const { code, place, fix } = first;
  return refuse(code, message, { place, fix, problems: [...problems] });
}

/** The value of a check, or the call is refused with its problems. */
export function checkedValue<T>(checked: Checked<T>): T {
  return checked.ok ? checked.value : refuseProblems(checked.problems);
}
