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

/** What became of tools that changed: listed with a badge, held back until they are approved, or approved. */
const toolChangeOutcome = z.enum(['changed', 'held-back', 'approved']);

/** The most tools that one entry names; the others are counted. */
export const MAX_NAMED_TOOLS = 10;

/** One call. Names only: no arguments, no answers, no header values. */
const callEntry = z.object({
  kind: z.literal('call'),
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
export type CallEntry = z.infer<typeof callEntry>;

/** Tools of one backend whose definition is another one than was first seen, or was accepted as it is (HTP-13). */
const toolChangeEntry = z.object({
  kind: z.literal('tool-change'),
  id: handle,
  at: time,
  backend: backendName,
  outcome: toolChangeOutcome,
  /** Some of their names, as the backend calls them, each short enough to stand in a row. */
  tools: list(text('name', 256, 1), MAX_NAMED_TOOLS),
  /** How many tools there are in all. */
  count: count.min(1),
});
export type ToolChangeEntry = z.infer<typeof toolChangeEntry>;

const activityEntry = z.discriminatedUnion('kind', [callEntry, toolChangeEntry]);
export type ActivityEntry = z.infer<typeof activityEntry>;

const filter = {
  client: text('name', 256).optional(),
  session: sessionHandle.optional(),
  backend: backendName.optional(),
  target: toolName.optional(),
  outcomes: list(z.enum([...callOutcome.options, ...toolChangeOutcome.options]), 8).optional(),
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
