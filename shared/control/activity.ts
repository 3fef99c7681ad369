import { z } from 'zod';
import { sessionHandle } from '../sessions/backend-session-view.ts';
import { call, event } from './define.ts';
import {
  backendName,
  bytes,
  callOutcome,
  count,
  errorCode,
  foreignText,
  handle,
  list,
  milliseconds,
  page,
  sentence,
  text,
  time,
  toolName,
} from './vocabulary.ts';

/** One call or incident. Names only: no arguments, no answers, no header values. */
const activityEntry = z.object({
  id: handle,
  at: time,
  client: foreignText,
  session: sessionHandle.optional(),
  backend: backendName.optional(),
  method: text('name', 128, 1),
  /** The tool, resource or prompt, as its backend calls it. */
  target: toolName.optional(),
  outcome: callOutcome,
  duration: milliseconds.optional(),
  /** The request as the backend got it. */
  bytesIn: bytes.optional(),
  /** The backend's answer. */
  bytesOut: bytes.optional(),
  code: errorCode.optional(),
  message: sentence.optional(),
});
export type ActivityEntry = z.infer<typeof activityEntry>;

const filter = {
  client: text('name', 256).optional(),
  session: sessionHandle.optional(),
  backend: backendName.optional(),
  target: toolName.optional(),
  outcomes: list(callOutcome, 5).optional(),
  since: time.optional(),
  until: time.optional(),
  search: text('setting', 200).optional(),
};

export const activity = {
  /** Newest first. */
  query: call({
    input: z.strictObject({ ...page, ...filter }),
    output: z.object({ entries: list(activityEntry, 500), next: handle.optional(), total: count }),
  }),
  stats: call({
    input: z.strictObject({
      since: time,
      /** Width of one step of the chart. */
      step: z.int().min(1_000).max(86_400_000),
    }),
    output: z.object({
      backends: list(
        z.object({
          backend: backendName,
          calls: count,
          failed: count,
          p50: milliseconds.optional(),
          p95: milliseconds.optional(),
          p99: milliseconds.optional(),
          steps: list(
            z.object({ at: time, calls: count, failed: count, p50: milliseconds.optional() }),
            1_000,
          ),
        }),
      ),
    }),
  }),
  /** The entries as a file's text; the window offers it for saving. */
  export: call({
    input: z.strictObject({ ...filter, format: z.enum(['csv', 'jsonl']) }),
    output: z.object({
      fileName: text('name', 200, 1),
      text: text('foreign', 33_554_432),
      entries: count,
    }),
  }),
};

export const activityEvents = {
  /** At most 4 a second. An entry comes again under its id when it ends. `dropped`: more came than are sent live. */
  appended: event(z.object({ entries: list(activityEntry, 500), dropped: count })),
};
