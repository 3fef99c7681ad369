import { z } from 'zod';
import { count, handle, revision, sentence, time } from './vocabulary.ts';

/** Every change of the config file says which state of it was seen; a stale one is refused with what is there now. */
export const expected = { revision };

/** What a save does to sessions that are open. */
export const effects = z.object({
  sessionsKept: count,
  sessionsReconnected: count,
  sessionsEnded: count,
  summary: sentence,
});

/** The answer to a change that was written: the new state of the file and what it did. */
export const changed = z.object({ revision, effects });

/** The answer to a removal: it can be taken back until then. */
export const removed = changed.extend({ undo: handle, undoUntil: time });

export const nothing = z.strictObject({});
export const done = z.object({});
