import { z } from 'zod';
import { draft } from './backends.ts';
import { nothing } from './change.ts';
import { call } from './define.ts';
import { problems } from './problem-view.ts';
import {
  backendName,
  callOutcome,
  clientName,
  count,
  handle,
  headerName,
  list,
  maskedText,
  sentence,
  setting,
  text,
  time,
  toolName,
} from './vocabulary.ts';

const clientId = text('handle', 64, 1);

const clientFile = z.object({
  path: setting,
  status: z.enum(['absent', 'readable', 'unreadable', 'faulty']),
  connected: z.boolean(),
  problems,
});

const clientLine = z.object({
  client: clientId,
  title: clientName,
  installed: z.enum(['yes', 'no', 'unknown']),
  files: list(clientFile, 8),
  abilities: z.object({
    connectsBy: z.enum(['http', 'bridge', 'copy']),
    headers: z.enum(['yes', 'environment', 'no', 'unknown']),
    restartNeeded: z.boolean(),
    notes: list(sentence, 10),
  }),
  /** When something last came in with this client's token. */
  lastCallAt: time.optional(),
  /** The last call to a backend that came in with it: proof that the client is connected. */
  lastCall: z
    .object({ at: time, backend: backendName, target: toolName.optional(), outcome: callOutcome })
    .optional(),
});

/** One file as it would change. Text comes masked: our token, and every value that belongs to others. */
const fileChange = z.object({
  path: setting,
  before: handle,
  hunks: list(
    z.object({
      line: count,
      lines: list(z.object({ kind: z.enum(['same', 'removed', 'added']), text: maskedText }), 500),
    }),
    100,
  ),
});

export const clients = {
  detect: call({ input: nothing, output: z.object({ clients: list(clientLine, 100) }) }),
  /** What would be written; nothing is, and no token is made yet. */
  preview: call({
    input: z.strictObject({
      client: clientId,
      action: z.enum(['connect', 'disconnect']),
      /** Headers that this client shall send; their values are entered at the client. */
      headers: list(headerName, 32).default([]),
    }),
    output: z.object({ preview: handle, files: list(fileChange, 8), after: list(sentence, 10), problems }),
  }),
  /** Writes exactly what was previewed; refused when a file has changed since. */
  apply: call({
    input: z.strictObject({ preview: handle }),
    output: z.object({
      undo: handle,
      written: list(z.object({ path: setting, backup: setting.optional() }), 8),
      after: list(sentence, 10),
    }),
  }),
  /** Puts the exact bytes back, unless somebody else wrote the file meanwhile. */
  undo: call({
    input: z.strictObject({ undo: handle }),
    output: z.object({ restored: list(z.object({ path: setting }), 8) }),
  }),
  /** For a client that is set up by hand: the entry to paste, with a mark where its token goes. */
  snippet: call({
    input: z.strictObject({ client: clientId }),
    output: z.object({
      text: maskedText,
      format: z.enum(['json', 'yaml', 'toml', 'text']),
      steps: list(sentence, 10),
    }),
  }),
  /** The servers that a client has in its file, as drafts; nothing is started, saved or changed (IMP-01). */
  importFrom: call({
    input: z.strictObject({ client: clientId }),
    output: z.object({ drafts: list(draft, 200), problems }),
  }),
};
