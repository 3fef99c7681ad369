import { z } from 'zod';
import { changed, expected, nothing } from './change.ts';
import { call, event } from './define.ts';
import { planTable, wayOut } from './plan-view.ts';
import { problems } from './problem-view.ts';
import {
  bytes,
  count,
  foreignName,
  foreignText,
  headerName,
  list,
  revision,
  secretValue,
  sentence,
  text,
  time,
} from './vocabulary.ts';

/** What a user types is judged by shared/headers, which says why it is refused; so it may be anything here. */
const typedName = text('name', 1_024);

const seenName = z.object({
  name: foreignName,
  lastSeenAt: time,
  sessions: count,
  clients: list(foreignText, 20),
});

export const headers = {
  list: call({
    input: nothing,
    output: z.object({
      revision,
      headers: list(
        z.object({
          /** As the file has it: an entry that is disabled may be no name at all. */
          name: typedName,
          inForce: z.boolean(),
          problems,
          capturedIn: count,
          liveSessions: count,
        }),
        1_000,
      ),
    }),
  }),
  /** Writes the whole list; refused with every problem at once. */
  set: call({ input: z.strictObject({ ...expected, names: list(typedName, 256) }), output: changed }),
  /** Puts one name at the end of the list: the button beside a name that was seen. */
  allow: call({ input: z.strictObject({ ...expected, name: headerName }), output: changed }),
  explain: call({
    input: z.strictObject({ name: typedName }),
    output: z.object({
      verdict: z.enum(['allowed', 'allowed-with-warning', 'refused']),
      problems,
      instead: sentence.optional(),
      /** What the window can do right there in place of allowing it. */
      offer: z.enum(['secret-header', 'identity-setting']).optional(),
      waysOut: list(wayOut, 100),
    }),
  }),
  /** The plan table for the list as typed, or as saved where none is given. */
  plan: call({
    input: z.strictObject({
      names: list(typedName, 256).optional(),
      caller: z.enum(['signed-in', 'local', 'anonymous']).default('local'),
    }),
    output: z.object({ revision, table: planTable, problems }),
  }),
  /**
   * What a request with these headers (lines, or a curl command) would lead to. The answer points at what was
   * pasted by its line: the window has the values and nothing sends them back.
   */
  simulate: call({
    input: z.strictObject({
      pasted: secretValue,
      caller: z.enum(['signed-in', 'local', 'anonymous']).default('local'),
    }),
    output: z.object({
      fields: list(
        z.object({
          name: typedName,
          line: count,
          bytes,
          fate: z.enum(['captured', 'ignored', 'refused', 'used-by-us']),
          message: sentence,
        }),
        1_000,
      ),
      table: planTable,
      outcome: z.enum(['session-opens', 'session-refused']),
      problems,
    }),
  }),
  /** Names that clients sent and the list ignored: bounded, in memory, without values (contract 1.4). */
  seen: call({ input: nothing, output: z.object({ names: list(seenName, 200), since: time }) }),
};

export const headerEvents = {
  seen: event(z.object({ names: list(seenName, 200) })),
};
