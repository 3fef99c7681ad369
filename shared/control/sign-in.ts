import { z } from 'zod';
import { call, event } from './define.ts';
import { backendName, claim, handle, list, sentence, setting, text, time } from './vocabulary.ts';

const failed = z.object({ reason: sentence, fix: sentence });

/** How the user stands with one backend's sign-in. Tokens stay with the host. */
const signInState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('not-needed') }),
  z.object({ state: z.literal('signed-out'), reason: sentence.optional() }),
  z.object({
    state: z.literal('waiting'),
    attempt: handle,
    since: time,
    until: time,
    /** To open by hand; only of a host that opens no browser, as soon as the server has been found. */
    address: setting.optional(),
  }),
  z.object({
    state: z.literal('signed-in'),
    as: claim.optional(),
    issuer: claim,
    renewsAt: time.optional(),
    /** The backend asked for more than was granted: the scopes, in its words. The next sign-in asks for them. */
    wantsScope: text('foreign', 1_000).optional(),
    /** Why the newest attempt to sign in anew came to nothing; the sign-in before it still holds. */
    newSignIn: failed.optional(),
  }),
  failed.extend({ state: z.literal('failed') }),
]);

const signInLine = z.object({ backend: backendName, status: signInState });

export const signIn = {
  status: call({
    input: z.strictObject({ backend: backendName.optional() }),
    output: z.object({ backends: list(signInLine) }),
  }),
  /** Only on a click. The host opens the browser itself where it has one; `address` is for where it has none. */
  start: call({
    input: z.strictObject({ backend: backendName }),
    output: z.object({ status: signInState, opened: z.boolean(), address: setting.optional() }),
  }),
  /** Ends the sign-in under way; who was signed in before still is. */
  cancel: call({ input: z.strictObject({ backend: backendName }), output: signInLine }),
  signOut: call({ input: z.strictObject({ backend: backendName }), output: signInLine }),
};

export const signInEvents = { changed: event(signInLine) };
