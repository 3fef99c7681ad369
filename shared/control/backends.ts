import { z } from 'zod';
import { headerSource } from '../sessions/header-view.ts';
import { backendForm } from './backend-form.ts';
import { backendState } from './backend-state.ts';
import { changed, effects, expected, nothing, removed } from './change.ts';
import { call, event } from './define.ts';
import { problems } from './problem-view.ts';
import { secretStatus, secretTarget } from './secret-view.ts';
import {
  backendName,
  count,
  fingerprint,
  foreignText,
  handle,
  headerName,
  list,
  milliseconds,
  place,
  revision,
  secretValue,
  sentence,
  setting,
  text,
  time,
  toolName,
  transportKind,
} from './vocabulary.ts';

export const backendLine = z.object({
  name: backendName,
  transport: transportKind,
  status: backendState,
  /** Tools that it advertises, hidden ones included; absent until it was asked once. */
  tools: count.optional(),
  callsPerMinute: milliseconds,
  /** Sends a secret header in clear over the network; the user allowed it (CFG-12). */
  inClear: z.boolean(),
  /** The echo backend of `--demo`: not in the file, not to be edited. */
  builtIn: z.boolean(),
});

/** The exact command in full, as it will be run, and what running it was approved by (threats.md 1.8, MCPoison). */
const commandView = z.object({
  argv: list(setting, 257),
  cwd: setting,
  envNames: list(text('name', 256, 1), 256),
  resolved: setting.optional(),
  lookedIn: list(setting, 256),
  approval: handle,
  approved: z.boolean(),
});

export const draft = z.object({
  draft: handle,
  suggestedName: text('name', 128),
  form: backendForm,
  /** Secret values found in the paste stay at the host under the draft; they are stored when it is added. */
  secrets: list(secretTarget, 160),
  placeholders: list(text('name', 256, 1), 160),
  /** A backend of that name exists; adding this one replaces it and asks for approval again (IMP-05). */
  replaces: backendName.optional(),
  notes: list(sentence, 20),
});

/** What is stored in the keychain along with a save. Write only. */
const secretWrites = list(secretTarget.extend({ value: secretValue }), 160).default([]);

export const backends = {
  list: call({ input: nothing, output: z.object({ revision, backends: list(backendLine) }) }),
  get: call({
    input: z.strictObject({ name: backendName }),
    output: z.object({
      revision,
      line: backendLine,
      form: backendForm,
      problems,
      secrets: list(secretStatus, 160),
      command: commandView.optional(),
    }),
  }),
  /** What a save would say and do, without saving. */
  check: call({
    input: z.strictObject({ name: backendName, form: backendForm }),
    output: z.object({ problems, effects, command: commandView.optional() }),
  }),
  add: call({
    input: z.strictObject({
      ...expected,
      name: backendName,
      form: backendForm,
      secrets: secretWrites,
      draft: handle.optional(),
      replace: z.boolean().default(false),
    }),
    output: changed,
  }),
  edit: call({
    input: z.strictObject({
      ...expected,
      name: backendName,
      newName: backendName.optional(),
      form: backendForm,
      secrets: secretWrites,
    }),
    output: changed,
  }),
  remove: call({ input: z.strictObject({ ...expected, name: backendName }), output: removed }),
  restore: call({ input: z.strictObject({ ...expected, undo: handle }), output: changed }),
  enable: call({
    input: z.strictObject({ ...expected, name: backendName, enabled: z.boolean() }),
    output: changed,
  }),
  /** Allows exactly the command that was shown: `approval` is the digest of what stood on the screen. */
  approve: call({
    input: z.strictObject({ name: backendName, approval: handle }),
    output: z.object({ status: backendState }),
  }),
  /** Connects once for this alone, lists, hangs up; says what was sent by name and source. */
  test: call({
    input: z.strictObject({ name: backendName }),
    output: z.object({
      outcome: z.enum(['ok', 'failed']),
      steps: list(
        z.object({
          step: z.enum(['resolve', 'connect', 'initialize', 'list', 'close']),
          outcome: z.enum(['ok', 'failed', 'skipped']),
          duration: milliseconds,
          message: sentence,
          said: foreignText.optional(),
        }),
        10,
      ),
      server: z.object({ name: foreignText, version: foreignText }).optional(),
      protocolVersion: text('name', 32, 1).optional(),
      tools: list(toolName),
      sent: list(
        z.object({
          name: headerName,
          source: headerSource,
          place: place.optional(),
          fingerprint: fingerprint.optional(),
        }),
        200,
      ),
      at: time,
    }),
  }),
  restart: call({
    input: z.strictObject({ name: backendName }),
    output: z.object({ status: backendState }),
  }),
  /** A URL, a command line, a `claude mcp add` line or a JSON entry; nothing is started or saved. */
  parsePaste: call({
    input: z.strictObject({ text: text('setting', 262_144, 1) }),
    output: z.object({ drafts: list(draft, 200), problems }),
  }),
};

export const backendEvents = {
  changed: event(z.object({ backends: list(backendLine), removed: list(backendName) })),
};
