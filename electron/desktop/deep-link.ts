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
  if (url.protocol !== `${LINK_SCHEME}:` || url.host !== 'add') return undefined;
  const parsed = proposal.safeParse(Object.fromEntries(url.searchParams));
  if (!parsed.success) return undefined;
  const { config } = parsed.data;
  const text = config.trimStart().startsWith('{')
    ? config
    : Buffer.from(config, 'base64url').toString('utf8');
  return { kind: 'propose-backend', text };
}

/** The link among a second instance's arguments, which are as hostile as the link itself. */
export function linkIn(args: readonly string[]): string | undefined {
  return args.find((argument) => argument.startsWith(`${LINK_SCHEME}:`));
}
