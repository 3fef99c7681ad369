import type { z } from 'zod';

/** One call of the contract: what goes in (unknown keys are refused) and what comes out (unknown keys are cut). */
export interface CallDefinition<Input extends z.ZodObject, Output extends z.ZodType> {
  readonly input: Input;
  readonly output: Output;
}

/** One event of the contract, host to window. */
export interface EventDefinition<Payload extends z.ZodType> {
  readonly payload: Payload;
}

/** Declares a call. `input` must be a `z.strictObject`; the contract's test refuses any other. */
export function call<Input extends z.ZodObject, Output extends z.ZodType>(
  definition: CallDefinition<Input, Output>,
): CallDefinition<Input, Output> {
  return definition;
}

/** Declares an event. */
export function event<Payload extends z.ZodType>(payload: Payload): EventDefinition<Payload> {
  return { payload };
}
