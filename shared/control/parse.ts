import type { z } from 'zod';
import { type CallInput, type CallName, contract, type EventName, type EventPayload } from './contract.ts';
import { CONTROL_CODES } from './control-codes.ts';
import { type InputFault, inputFault } from './limits.ts';
import type { ProblemView } from './problem-view.ts';
import type { Failure } from './result.ts';

interface AnyCall {
  readonly input: z.ZodObject;
  readonly output: z.ZodType;
}
interface AnyEvent {
  readonly payload: z.ZodType;
}

// Maps, not objects: a name such as `constructor` finds nothing in them.
const CALLS: ReadonlyMap<string, AnyCall> = byDottedName<AnyCall>(contract.calls);
const EVENTS: ReadonlyMap<string, AnyEvent> = byDottedName<AnyEvent>(contract.events);

/** The names of all calls, in the contract's order. */
export const CALL_NAMES = [...CALLS.keys()] as readonly CallName[];
/** The names of all events, in the contract's order. */
export const EVENT_NAMES = [...EVENTS.keys()] as readonly EventName[];

/** A call that was checked: its input goes with its name. */
export type ParsedCall = {
  [Name in CallName]: { readonly name: Name; readonly input: CallInput<Name> };
}[CallName];

export type CallCheck =
  | { readonly ok: true; readonly call: ParsedCall }
  | { readonly ok: false; readonly error: Failure };

const FAULTS: Record<InputFault, string> = {
  'too-large': 'What was passed is too large.',
  'too-deep': 'What was passed is nested too deeply.',
  'not-plain': 'What was passed is not plain data.',
};

/**
 * Checks what came over the border from a window: a known name, plain data of a bearable size, the shape that the
 * contract states and no key beyond it (UIX-01). The error names places and kinds, never what stood there.
 */
export function parseCall(name: unknown, input: unknown): CallCheck {
  const definition = typeof name === 'string' ? CALLS.get(name) : undefined;
  if (definition === undefined) {
    return refused({ code: CONTROL_CODES.unknownCall, message: 'There is no call of that name.' });
  }
  const fault = inputFault(input);
  if (fault !== undefined) {
    return refused({ code: CONTROL_CODES.invalidInput, message: FAULTS[fault], place: String(name) });
  }
  const parsed = definition.input.safeParse(input);
  if (parsed.success) return { ok: true, call: { name, input: parsed.data } as ParsedCall };
  return refused({
    code: CONTROL_CODES.invalidInput,
    message: `The input of ${String(name)} is not what the contract states.`,
    place: String(name),
    problems: parsed.error.issues.slice(0, MAX_PROBLEMS).map(problemOf),
  });
}

/**
 * Cuts an answer to the shape that the contract states: keys beyond it do not leave the host.
 * Throws an error that names places, never values, where the answer does not fit: a defect of the host.
 */
export function shapeAnswer(name: CallName, answer: unknown): unknown {
  return shape(name, CALLS.get(name)?.output, answer);
}

/** Cuts an event to its shape, as `shapeAnswer` does. */
export function shapeEvent<Name extends EventName>(name: Name, payload: unknown): EventPayload<Name> {
  return shape(name, EVENTS.get(name)?.payload, payload) as EventPayload<Name>;
}

const MAX_PROBLEMS = 20;

function shape(name: string, schema: z.ZodType | undefined, value: unknown): unknown {
  const parsed = schema?.safeParse(value);
  if (parsed?.success) return parsed.data;
  const places = parsed?.error.issues
    .slice(0, MAX_PROBLEMS)
    .map((issue) => `${placeOf(issue)}: ${issue.code}`);
  throw new TypeError(`${name} does not fit the contract at ${places?.join('; ') ?? 'its name'}`);
}

function byDottedName<Definition>(
  groups: Record<string, Record<string, Definition>>,
): ReadonlyMap<string, Definition> {
  return new Map(
    Object.entries(groups).flatMap(([group, members]) =>
      Object.entries(members).map(([member, definition]): [string, Definition] => [
        `${group}.${member}`,
        definition,
      ]),
    ),
  );
}

function refused(error: Failure): CallCheck {
  return { ok: false, error };
}

function problemOf(issue: z.core.$ZodIssue): ProblemView {
  return {
    code: CONTROL_CODES.invalidInput,
    severity: 'error',
    place: placeOf(issue),
    message: issue.message.slice(0, 300),
    fix: 'Reload the window; if it comes again, it is a fault of this program.',
  };
}

function placeOf(issue: z.core.$ZodIssue): string {
  return (issue.path.map(String).join('.') || 'input').slice(0, 300);
}
