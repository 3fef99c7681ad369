import type { Checked } from '../../shared/errors/problem.ts';
import { ConfigError } from '../config/config-error.ts';
import { createToken, listTokens, revokeTokens, type TokenLine } from '../config/tokens.ts';
import { clientEntry } from './client-entry.ts';
import { endpointUrl } from './endpoint-url.ts';
import { openForCommand } from './open-config.ts';
import { say, sayJson } from './output.ts';

interface Common {
  readonly config?: string;
  readonly json?: true;
}

/** Makes a token and prints it with the entry to paste; the file keeps its digest. */
export async function runTokenCreate(options: Common & { readonly client: string }): Promise<void> {
  using file = await openForCommand(options.config);
  const { line, token } = orThrow(await createToken(file, options.client));
  const url = endpointUrl(file.current().config.gateway);
  if (options.json) return sayJson({ ...line, token, url });
  say(token);
  say(
    `\nThis is the only time that it is shown. The entry for ${options.client}:\n\n${clientEntry(url, token)}`,
  );
}

/** Lists the tokens without anything that opens a door. */
export async function runTokenList(options: Common): Promise<void> {
  using file = await openForCommand(options.config);
  const tokens = listTokens(file);
  if (options.json) return sayJson({ tokens });
  if (tokens.length === 0) return say('No token yet. Make one with: patchbay token create --client NAME');
  for (const line of tokens) say(lineText(line));
}

/** Revokes and says what was revoked. */
export async function runTokenRevoke(
  which: { readonly tokenId: string } | { readonly client: string },
  options: Common,
): Promise<void> {
  using file = await openForCommand(options.config);
  const revoked = orThrow(await revokeTokens(file, which));
  if (options.json) return sayJson({ revoked });
  for (const line of revoked) say(`revoked ${lineText(line)}`);
}

function lineText({ tokenId, client, createdAt }: TokenLine): string {
  return [tokenId, createdAt ?? '-'.padEnd(24), client].join('  ');
}

function orThrow<T>(checked: Checked<T>): T {
  if (!checked.ok) throw new ConfigError(checked.problems);
  return checked.value;
}
