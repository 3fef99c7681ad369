import { z } from 'zod';
import { errorCode, list, place, sentence } from './vocabulary.ts';

/** A `Problem` of shared/errors as it crosses the contract. */
const problemView = z.object({
  code: errorCode,
  severity: z.enum(['error', 'warning']),
  place,
  message: sentence,
  fix: sentence,
});
export type ProblemView = z.infer<typeof problemView>;

export const problems = list(problemView);
