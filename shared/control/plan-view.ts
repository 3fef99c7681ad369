import { z } from 'zod';
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

const sourceAt = z.object({ source: headerSource, place });

/** A way out of a collision that the window offers as a button; it is carried out by an ordinary change. */
export const wayOut = z.discriminatedUnion('do', [
  z.object({ do: z.literal('remove-from-allowlist'), header: headerName }),
  z.object({ do: z.literal('remove-from-backend'), header: headerName, backend: backendName }),
  z.object({ do: z.literal('except-backend'), header: headerName, backend: backendName }),
  z.object({ do: z.literal('make-static-secret'), header: headerName, backend: backendName.optional() }),
  z.object({ do: z.literal('use-identity-setting'), backend: backendName.optional() }),
]);

/** What one backend gets under one name, and from where: one cell of the plan table. */
export const planCell = z.discriminatedUnion('cell', [
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
    why: z.enum([
      'not-configured',
      'excepted',
      'process',
      'restricted',
      'secret-missing',
      'not-signed-in',
      'identity-off',
      'backend-off',
    ]),
    message: sentence,
  }),
  z.object({
    cell: z.literal('collision'),
    sources: list(sourceAt, 6),
    message: sentence,
    waysOut: list(wayOut, 6),
  }),
]);
export type PlanCell = z.infer<typeof planCell>;

/** The plan table: one row a name, one cell a backend, in the order of `backends`. */
export const planTable = z.object({
  backends: list(backendName),
  rows: list(z.object({ header: headerName, cells: list(planCell) }), 2_000),
});
export type PlanTable = z.infer<typeof planTable>;
