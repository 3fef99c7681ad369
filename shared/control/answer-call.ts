import type { ControlApi } from './contract.ts';
import { CONTROL_CODES } from './control-codes.ts';
import { type ParsedCall, parseCall, shapeAnswer } from './parse.ts';
import { type CallResult, ControlFault } from './result.ts';

/** Told of every defect: what was thrown and by which call. It must not write values down. */
export type ReportDefect = (callName: string, thrown: unknown) => void;

/**
 * Answers one call from a window, over whatever it came: checks name and input, runs the host's function, cuts the
 * answer to its shape. Never rejects: a refusal and a defect are both tagged results, and a defect is also reported.
 */
export async function answerCall(
  api: ControlApi,
  name: unknown,
  input: unknown,
  report: ReportDefect,
): Promise<CallResult<unknown>> {
  const checked = parseCall(name, input);
  if (!checked.ok) return checked;
  try {
    return { ok: true, value: shapeAnswer(checked.call.name, await run(api, checked.call)) };
  } catch (thrown) {
    if (thrown instanceof ControlFault) return { ok: false, error: thrown.failure };
    report(checked.call.name, thrown);
    return {
      ok: false,
      error: {
        code: CONTROL_CODES.defect,
        message: `${checked.call.name} failed for a reason that is our fault.`,
        fix: 'Try again; if it stays, make a support bundle in the settings.',
      },
    };
  }
}

function run(api: ControlApi, call: ParsedCall): Promise<unknown> {
  const [group, member] = call.name.split('.') as [keyof ControlApi, string];
  // The name was found in the contract, and `ControlApi` has exactly one function for each; input and name match.
  const functions = api[group] as Record<string, (input: ParsedCall['input']) => Promise<unknown>>;
  const named = functions[member];
  if (named === undefined) throw new TypeError(`The host does not implement ${call.name}`);
  return named(call.input);
}
