import type { Problem } from '../../shared/errors/problem.ts';
import { type ApplyResult, applyConnect } from '../clients/apply.ts';
import type { ClientHost } from '../clients/host.ts';
import type { ConnectPreview } from '../clients/preview.ts';
import { type UndoResult, undoConnect } from '../clients/undo.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { createToken, listTokens, revokeTokens, type TokenLine } from '../config/tokens.ts';

/** What connecting did; `problems` also tells why no token could be made or an old one not revoked. */
export interface Connected {
  readonly written: ApplyResult['written'];
  readonly problems: readonly Problem[];
  /** Tokens of this client that are no longer good. */
  readonly revoked: readonly TokenLine[];
}

/**
 * Carries out what was previewed, with one token per client: a new one is made, named by the client's id, and the
 * earlier ones are revoked once the new one stands in every file. Where nothing was written, the new one goes again.
 */
export async function connectClient(
  host: ClientHost,
  config: ConfigFile,
  preview: ConnectPreview,
): Promise<Connected> {
  const earlier = tokensOf(config, preview.clientId);
  let made: TokenLine | undefined;
  let refused: readonly Problem[] = [];
  const { written, problems } = await applyConnect(host, preview, {
    createToken: async (client) => {
      const created = await createToken(config, client);
      if (!created.ok) {
        refused = created.problems;
        throw new ConfigError(refused);
      }
      made = created.value.line;
      return created.value.token;
    },
  });
  const told = refused.length > 0 ? refused : problems;
  const failed = problems.length > 0;
  if (failed && written.length > 0) return { written, problems: told, revoked: [] };
  const gone = await revokeAll(config, failed ? (made === undefined ? [] : [made]) : earlier);
  return { written, problems: [...told, ...gone.problems], revoked: failed ? [] : gone.revoked };
}

/** What disconnecting did. */
export interface Disconnected extends Pick<UndoResult, 'undone'> {
  readonly problems: readonly Problem[];
  readonly revoked: readonly TokenLine[];
}

/** Takes our entry out of a client's files, and revokes its tokens once one file is without it. */
export async function disconnectClient(
  host: ClientHost,
  config: ConfigFile,
  clientId: string,
): Promise<Disconnected> {
  const { undone, problems } = await undoConnect(host, clientId);
  if (undone.length === 0) return { undone, problems, revoked: [] };
  const gone = await revokeAll(config, tokensOf(config, clientId));
  return { undone, problems: [...problems, ...gone.problems], revoked: gone.revoked };
}

/** The tokens that were made for a client, by its id. */
export function tokensOf(config: ConfigFile, clientId: string): readonly TokenLine[] {
  return listTokens(config).filter(({ client }) => client === clientId);
}

async function revokeAll(
  config: ConfigFile,
  lines: readonly TokenLine[],
): Promise<{ readonly revoked: readonly TokenLine[]; readonly problems: readonly Problem[] }> {
  const revoked: TokenLine[] = [];
  const problems: Problem[] = [];
  for (const { tokenId } of lines) {
    const outcome = await revokeTokens(config, { tokenId });
    if (outcome.ok) revoked.push(...outcome.value);
    else problems.push(...outcome.problems);
  }
  return { revoked, problems };
}
