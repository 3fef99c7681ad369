import type { Config } from '../../../shared/config/config.ts';
import type { CallAnswer } from '../../../shared/control/contract.ts';
import { planTableOf } from '../../../shared/control/plan-table.ts';
import { problem } from '../../../shared/errors/problem.ts';
import { collisionProblem } from '../../../shared/headers/collisions.ts';
import { foldName } from '../../../shared/headers/name.ts';
import type { PlanFacts } from '../../../shared/headers/plan-facts.ts';
import { type Simulation, simulate } from '../../../shared/headers/simulate.ts';
import { type PastedHeader, readPastedHeaders } from './pasted-headers.ts';

type SimulateAnswer = CallAnswer<'headers.simulate'>;

/** What a request with these headers would lead to. Points at what was pasted by its line; no value goes back. */
export function simulatePaste(
  config: Config,
  pasted: string,
  facts: Omit<PlanFacts, 'captured'>,
): SimulateAnswer {
  const fields = readPastedHeaders(pasted);
  const found = simulate(
    config,
    fields.map(({ name, value }) => [name, value] as const),
    facts,
  );
  const problems = problemsOf(found);
  return {
    fields: fields.map((field) => fieldView(field, found)),
    table: planTableOf(found.plan, config),
    outcome: problems.length > 0 ? 'session-refused' : 'session-opens',
    problems,
  };
}

function fieldView(
  { name, value, line }: PastedHeader,
  { captured, refused, droppedByConnection }: Simulation,
): SimulateAnswer['fields'][number] {
  const folded = foldName(name);
  const common = { name, line, bytes: Buffer.byteLength(value) };
  if (folded === 'authorization') {
    const message = "The caller's token for this gateway; it never goes on to a backend.";
    return { ...common, fate: 'used-by-us', message };
  }
  const refusal = refused.find((one) => foldName(one.name) === folded);
  if (refusal !== undefined) return { ...common, fate: 'refused', message: refusal.reason };
  if (droppedByConnection.includes(folded)) {
    return { ...common, fate: 'ignored', message: 'The Connection header names it, so it goes no further.' };
  }
  return captured.some((header) => foldName(header.name) === folded)
    ? { ...common, fate: 'captured', message: 'Captured for the session.' }
    : { ...common, fate: 'ignored', message: 'Not in the passthrough list.' };
}

function problemsOf({ collisions, fault }: Simulation): SimulateAnswer['problems'] {
  const found = collisions.map((collision) => collisionProblem(collision, 'error'));
  if (fault === undefined) return found;
  const code = fault.kind === 'value-too-large' ? 'header.value-too-large' : 'header.sum-too-large';
  const message = `${fault.name} is over the limit of captured headers.`;
  return [...found, problem(code, 'passthroughHeaders', message, 'Send a shorter value.')];
}
