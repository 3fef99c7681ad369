import { z } from 'zod';
import { changed, expected } from './change.ts';
import { call, event } from './define.ts';
import {
  backendName,
  clientName,
  count,
  foreignJson,
  foreignText,
  handle,
  list,
  milliseconds,
  page,
  sentence,
  setting,
  text,
  time,
  toolName,
} from './vocabulary.ts';

/** One definition as its backend gave it, clipped by the host (HTP-11). `digest` is what an approval names. */
const definition = z.object({
  digest: handle,
  title: foreignText.optional(),
  description: foreignText.optional(),
  inputSchema: foreignJson,
  outputSchema: foreignJson.optional(),
  annotations: foreignJson.optional(),
  clipped: z.boolean(),
});

const catalogItem = z.object({
  kind: z.enum(['tool', 'resource', 'template', 'prompt']),
  /** What clients see; absent for what is hidden or held back. */
  advertised: toolName.optional(),
  backend: backendName,
  original: toolName,
  definition,
  shown: z.enum(['listed', 'hidden', 'held-back', 'conflict']),
  overrides: z.object({ rename: toolName.optional(), describe: setting.optional() }),
  /** What it was when it was first seen or last approved (HTP-13, HTP-14). */
  changed: z.object({ at: time, before: definition, parts: list(text('name', 64), 20) }).optional(),
});

const conflict = z.object({
  name: toolName,
  between: list(z.object({ backend: backendName, original: toolName }), 100),
  message: sentence,
  fix: sentence,
});

const rule = { ...expected, backend: backendName, tool: toolName };

export const tools = {
  catalog: call({
    input: z.strictObject({
      ...page,
      kind: catalogItem.shape.kind.optional(),
      backend: backendName.optional(),
      search: text('setting', 200).optional(),
    }),
    output: z.object({
      items: list(catalogItem, 500),
      next: handle.optional(),
      total: count,
      conflicts: list(conflict),
      warnings: list(sentence, 100),
    }),
  }),
  rename: call({ input: z.strictObject({ ...rule, to: toolName.nullable() }), output: changed }),
  hide: call({ input: z.strictObject({ ...rule, hidden: z.boolean() }), output: changed }),
  describe: call({
    input: z.strictObject({ ...rule, text: text('setting', 65_536).nullable() }),
    output: changed,
  }),
  /** Accepts the definition with this digest; one that has changed again meanwhile is not accepted. */
  approve: call({
    input: z.strictObject({ backend: backendName, tool: toolName, digest: handle }),
    output: z.object({ shown: catalogItem.shape.shown }),
  }),
  /** Tries a tool as the user of this window, in a session of its own; what it answers is a backend's text. */
  call: call({
    input: z.strictObject({
      tool: toolName,
      argumentsJson: text('setting', 1_048_576, 2),
      /** Names it in the activity list; the window's own by default. */
      as: clientName.optional(),
    }),
    output: z.object({
      outcome: z.enum(['ok', 'tool-error']),
      result: foreignJson,
      duration: milliseconds,
      clipped: z.boolean(),
    }),
  }),
};

export const toolEvents = {
  changed: event(z.object({ backends: list(backendName), changedDefinitions: count, conflicts: count })),
};
