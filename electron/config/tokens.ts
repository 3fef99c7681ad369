import type { ClientToken } from '../../shared/config/gateway-schema.ts';
import { type Checked, problem } from '../../shared/errors/problem.ts';
import { createLocalToken, localTokenId } from '../auth/incoming/local-tokens.ts';
import type { ConfigFile } from './config-file.ts';
import type { ConfigEdit } from './edit-text.ts';

/** A client's token as it may be shown; the digest stays in the file. */
export interface TokenLine {
  readonly tokenId: string;
  readonly client: string;
  /** ISO 8601. */
  readonly createdAt?: string;
}

/** The one time that the value of a token is told. */
export interface CreatedToken {
  readonly line: TokenLine;
  readonly token: string;
}

const PLACE = 'gateway.auth.tokens';
/** Each of them has waited for the other process to finish. */
const MAX_ATTEMPTS = 50;
const PATH = ['gateway', 'auth', 'tokens'];

/** The tokens of the configuration in force; none where another way to sign in is set. */
export function listTokens(file: ConfigFile): readonly TokenLine[] {
  return tokensOf(file).map(toLine);
}

/**
 * Makes a token for a client (1 to 100 characters) and keeps its SHA-256 digest. Refused while callers sign in
 * another way than by local tokens, and for every reason for which the file cannot be saved.
 */
export async function createToken(
  file: ConfigFile,
  client: string,
  now: Date = new Date(),
): Promise<Checked<CreatedToken>> {
  const { token, sha256 } = createLocalToken();
  const entry = { client, sha256, createdAt: now.toISOString() };
  return whileStale<CreatedToken>(async () => {
    const { config, revision } = file.current();
    const { auth } = config.gateway;
    if (auth.mode !== 'local') return refuseMode(auth.mode);
    const edits: ConfigEdit[] = [
      { path: ['gateway', 'auth', 'mode'], value: 'local' },
      auth.tokens.length === 0 ? { path: PATH, value: [entry] } : { path: [...PATH, -1], value: entry },
    ];
    const saved = await file.edit(revision, edits);
    return saved.ok ? { ok: true, value: { line: toLine(entry), token } } : saved;
  });
}

/** Takes away the tokens with this id, or all of this client. Answers with those that are gone. */
export function revokeTokens(
  file: ConfigFile,
  which: { readonly tokenId: string } | { readonly client: string },
): Promise<Checked<readonly TokenLine[]>> {
  return whileStale<readonly TokenLine[]>(async () => {
    const { revision } = file.current();
    const lines = listTokens(file);
    const isMeant = (line: TokenLine): boolean =>
      'tokenId' in which ? line.tokenId === which.tokenId : line.client === which.client;
    const revoked = lines.filter(isMeant);
    if (revoked.length === 0) return refuseUnknown('tokenId' in which ? which.tokenId : which.client);
    // From the end, so that an index still means the same entry when its turn comes.
    const edits = lines
      .flatMap((line, index): ConfigEdit[] =>
        isMeant(line) ? [{ path: [...PATH, index], remove: true }] : [],
      )
      .reverse();
    const saved = await file.edit(revision, edits);
    return saved.ok ? { ok: true, value: revoked } : saved;
  });
}

/** A token is nobody's view of the file: made on a state that another process has just replaced, it is made again. */
async function whileStale<T>(attempt: () => Promise<Checked<T>>): Promise<Checked<T>> {
  for (let left = MAX_ATTEMPTS; ; left -= 1) {
    const outcome = await attempt();
    const stale = !outcome.ok && outcome.problems.some(({ code }) => code === 'config.stale');
    if (!stale || left <= 1) return outcome;
  }
}

function tokensOf(file: ConfigFile): readonly ClientToken[] {
  const { auth } = file.current().config.gateway;
  return auth.mode === 'local' ? auth.tokens : [];
}

function toLine({ client, sha256, createdAt }: ClientToken): TokenLine {
  const line = { tokenId: localTokenId(sha256), client };
  return createdAt === undefined ? line : { ...line, createdAt };
}

function refuseMode(mode: string): Checked<never> {
  const message = `Callers sign in by ${mode}, so a local token would open nothing.`;
  const fix = 'Set gateway.auth.mode to "local" first.';
  return { ok: false, problems: [problem('config.field', 'gateway.auth.mode', message, fix)] };
}

function refuseUnknown(name: string): Checked<never> {
  const fix = 'See the tokens with: patchbay token list';
  return { ok: false, problems: [problem('auth.revoked', PLACE, `There is no token ${name}.`, fix)] };
}
