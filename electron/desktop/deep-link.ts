import { z } from 'zod';

/** What a link may ask for: to look at a proposal. It can never change anything by itself (IMP-02, IMP-06). */
export type DeepLinkIntent = { readonly kind: 'propose-backend'; readonly text: string };

export const LINK_SCHEME = 'patchbay';
/** Links are carried on command lines; anything longer is not one of ours. */
const MAX_LINK_LENGTH = 16 * 1024;

const proposal = z.strictObject({
  config: z
    .string()
    .min(1)
    .max(12 * 1024),
});

/**
 * Reads `patchbay://add?config=...`, where config is the JSON of one entry, plain or base64url. Everything else,
 * settings, tokens and the allowlist among them, is ignored. The text goes to the confirm screen as it is.
 */
export function readDeepLink(link: string): DeepLinkIntent | undefined {
  if (link.length > MAX_LINK_LENGTH || !URL.canParse(link)) return undefined;
  const url = new URL(link);
  if (url.protocol !== `${LINK_SCHEME}:` || url.host !== 'add' || !['', '/'].includes(url.pathname)) {
    return undefined;
  }
  const pairs = [...url.searchParams];
  if (new Set(pairs.map(([name]) => name)).size !== pairs.length) return undefined;
  const parsed = proposal.safeParse(Object.fromEntries(pairs));
  if (!parsed.success) return undefined;
  const text = asJsonText(parsed.data.config);
  return text === undefined ? undefined : { kind: 'propose-backend', text };
}

/** The address of the confirm screen for a link; a link that asks for anything else has none. */
export function confirmPath(link: string | undefined): string | undefined {
  const intent = link === undefined ? undefined : readDeepLink(link);
  return intent === undefined ? undefined : `/backends/+/${encodeURIComponent(intent.text)}`;
}

/** The link among a second instance's arguments, which are as hostile as the link itself. */
export function linkIn(args: readonly string[]): string | undefined {
  return args.find((argument) => argument.startsWith(`${LINK_SCHEME}:`));
}

/** The JSON as text, not parsed: whoever reads it sees what came. Undefined for what cannot be an entry. */
function asJsonText(config: string): string | undefined {
  const text = config.trimStart().startsWith('{') ? config : decoded(config);
  // Half a character has no place in an address, nor in JSON.
  return text?.trimStart().startsWith('{') === true && !/\p{Cs}/u.test(text) ? text : undefined;
}

function decoded(base64: string): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64url'));
  } catch {
    return undefined;
  }
}
