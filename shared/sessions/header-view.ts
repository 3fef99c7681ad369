import { z } from 'zod';
import { bytes, fingerprint, headerName, list, place, sentence, time } from '../control/vocabulary.ts';
import { SOURCE_ORDER } from '../headers/source.ts';

/** A header that the client brought and that is held for the session: everything about it but its value. */
const capturedHeaderView = z.object({
  name: headerName,
  bytes,
  fingerprint,
  capturedAt: time,
  source: z.literal('client'),
});
export type CapturedHeaderView = z.infer<typeof capturedHeaderView>;

export const headerSource = z.enum(SOURCE_ORDER);

/** One name that goes out to a backend, with the one source that it has (contract section 4). */
export const outgoingHeaderView = z.object({
  name: headerName,
  source: headerSource,
  /** Where it is configured; absent for what is not configured, such as protocol headers. */
  place: place.optional(),
});
export type OutgoingHeaderView = z.infer<typeof outgoingHeaderView>;

/** The client now sends something else under a captured name. What it sends now is not kept (contract 1.3). */
export const driftView = z.object({
  name: headerName,
  since: time,
  /** What the latest request that differed did. */
  now: z.enum(['another-value', 'missing', 'added']),
});
export type DriftView = z.infer<typeof driftView>;

/** A listed header that this backend does not get, and why. */
export const unsentHeaderView = z.object({
  name: headerName,
  why: z.enum([
    'not-sent-by-client',
    'excepted',
    'process-takes-no-headers',
    'named-by-connection',
    'restricted',
    'entry-disabled',
  ]),
  message: sentence,
});
export type UnsentHeaderView = z.infer<typeof unsentHeaderView>;

export const capturedHeaders = list(capturedHeaderView, 32);
