import { z } from 'zod';
import type { NotSentReason } from '../headers/plan.ts';
import { SOURCE_ORDER } from '../headers/source.ts';
import { headerSource } from '../sessions/header-view.ts';
import {
  backendName,
  claim,
  headerName,
  list,
  place,
  sentence,
  setting,
  variableName,
} from './vocabulary.ts';

/** A collision may also be one of environment variables, where a process is meant. */
const sourceAt = z.object({
  source: z.enum([...SOURCE_ORDER, 'env', 'secret-env', 'header-env']),
  place,
});

/** A way out of a collision that the window offers as a button (shared/headers/ways-out.ts). */
export const wayOut = z.object({
  action: z.enum(['remove-from-allowlist', 'except-for-backend', 'remove-from-backend', 'change-auth']),
  backend: backendName,
  header: headerName,
  place,
  text: sentence,
});

/** The reasons of shared/headers/plan.ts in its own words; they cross the contract as they are. */
const NOT_SENT_REASONS = [
  'not-configured',
  'not-sent-by-client',
  'excepted',
  'identity-off',
  'identity-anonymous',
  'identity-local',
  'secret-missing',
  'secret-locked',
  'secret-absent',
  'signed-out',
  'backend-off',
  'process-takes-no-headers',
] as const satisfies readonly (NotSentReason | 'process-takes-no-headers')[];

/** What one backend gets under one name, and from where: one cell of the plan table. */
const planCell = z.discriminatedUnion('cell', [
  z.object({
    cell: z.literal('sent'),
    source: headerSource,
    place: place.optional(),
    /** `when-present`: only if the caller brings it, or the sign-in yields it. */
    certainty: z.enum(['always', 'when-present']),
    /** A static header's plain value; never that of any other source. */
    plain: setting.optional(),
    /** What identity would send for the person who is signed in now. */
    identity: claim.optional(),
    note: sentence.optional(),
  }),
  z.object({ cell: z.literal('variable'), variable: variableName, place }),
  z.object({
    cell: z.literal('not-sent'),
    why: z.enum(NOT_SENT_REASONS),
    message: sentence,
  }),
  z.object({
    cell: z.literal('collision'),
    sources: list(sourceAt, 20),
    message: sentence,
    /** `always` keeps the backend off; `when-sent` fails sessions whose client sends the header. */
    when: z.enum(['always', 'when-sent']),
    waysOut: list(wayOut, 40),
  }),
]);
export type PlanCell = z.infer<typeof planCell>;

/** The plan table: one row a name, one cell a backend, in the order of `backends`. */
export const planTable = z.object({
  backends: list(backendName),
  rows: list(z.object({ header: headerName, cells: list(planCell) }), 2_000),
});
export type PlanTable = z.infer<typeof planTable>;
