import { z } from 'zod';
import { nothing } from './change.ts';
import { call, event } from './define.ts';
import { clientName, count, foreignText, handle, list, secretValue, setting, time } from './vocabulary.ts';

const tokenLine = z.object({
  tokenId: handle,
  client: clientName,
  createdAt: time.optional(),
  lastUsedAt: time.optional(),
  lastUsedBy: foreignText.optional(),
  liveSessions: count,
});

const tokenList = list(tokenLine, 1_000);

export const tokens = {
  list: call({ input: nothing, output: z.object({ tokens: tokenList }) }),
  /** The one time that the value of a token is told; only its digest is kept. */
  create: call({
    input: z.strictObject({ client: clientName }),
    output: z.object({ token: tokenLine, value: secretValue, endpoint: setting }),
  }),
  /** It answers 401 from now on, and its sessions end (AIN-07). */
  revoke: call({
    input: z.strictObject({ tokenId: handle }),
    output: z.object({ tokens: tokenList, sessionsEnded: count }),
  }),
};

export const tokenEvents = { changed: event(z.object({ tokens: tokenList })) };
