import type { CallAnswer, ControlApi } from '../../../shared/control/contract.ts';
import { secretValue } from '../../../shared/control/vocabulary.ts';
import { createToken, listTokens, revokeTokens, type TokenLine } from '../../config/tokens.ts';
import { endRevoked } from '../incoming.ts';
import type { ControlContext } from './context.ts';
import { checkedValue } from './refuse.ts';

type TokenView = CallAnswer<'tokens.list'>['tokens'][number];

/** The calls about the tokens of clients; the value of one is told once, when it is made. */
export function tokensApi(context: ControlContext): ControlApi['tokens'] {
  const { patchbay } = context;
  return {
    list: async () => ({ tokens: tokenViews(context) }),
    async create({ client }) {
      const { line, token } = checkedValue(await createToken(patchbay.configFile, client));
      context.raise('tokens.changed', { tokens: tokenViews(context) });
      return { token: tokenView(context, line), value: secretValue.parse(token), endpoint: patchbay.url };
    },
    async revoke({ tokenId }) {
      const sessionsEnded = sessionsOf(context, tokenId).length;
      checkedValue(await revokeTokens(patchbay.configFile, { tokenId }));
      // The change ends them, too; here the answer waits for it (AIN-07).
      await endRevoked(patchbay.gateway, patchbay.config());
      const tokens = tokenViews(context);
      context.raise('tokens.changed', { tokens });
      return { tokens, sessionsEnded };
    },
  };
}

/** Every token of the file as it may be shown. */
export function tokenViews(context: ControlContext): TokenView[] {
  return listTokens(context.patchbay.configFile).map((line) => tokenView(context, line));
}

function tokenView(context: ControlContext, { tokenId, client, createdAt }: TokenLine): TokenView {
  const sessions = sessionsOf(context, tokenId);
  const newest = sessions.reduce<(typeof sessions)[number] | undefined>(
    (found, one) => (found === undefined || one.lastActivityAt > found.lastActivityAt ? one : found),
    undefined,
  );
  const madeAt = createdAt === undefined ? Number.NaN : Date.parse(createdAt);
  return {
    tokenId,
    client,
    ...(Number.isNaN(madeAt) || madeAt < 0 ? {} : { createdAt: madeAt }),
    ...(newest === undefined
      ? {}
      : {
          lastUsedAt: context.patchbay.wallTime(newest.lastActivityAt),
          lastUsedBy: context.scrub.text(newest.client.name),
        }),
    liveSessions: sessions.length,
  };
}

function sessionsOf({ patchbay }: ControlContext, tokenId: string) {
  return [...patchbay.gateway.sessions.all()].filter(
    ({ principal }) => principal.kind === 'local' && principal.tokenId === tokenId,
  );
}
