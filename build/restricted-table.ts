import { RESTRICTED, type RestrictionClass } from '../shared/headers/restricted.ts';

const TITLES: Readonly<Record<RestrictionClass, string>> = {
  routing: 'Routing',
  'hop-by-hop': 'Hop by hop',
  framing: 'Framing and content',
  negotiation: 'Negotiation',
  credentials: 'Credentials',
  browser: 'Browser context',
  proxy: 'Client address and proxies',
  'method-override': 'Method override',
  mcp: 'MCP itself',
  identity: 'Identity',
  own: 'Our own',
};

/** The restricted names as the README shows them: one row per kind, made from the data that the gateway uses. */
export function restrictedTable(): string {
  const kinds = [...new Set(RESTRICTED.entries.map((entry) => entry.class))];
  const rows = kinds.map((kind) => {
    const entries = RESTRICTED.entries.filter((entry) => entry.class === kind);
    const names = entries.map(({ shown, staticAllowed }) => `\`${shown}\`${staticAllowed ? ' (1)' : ''}`);
    // The first reason may be that of one name with a rule of its own; the last one is the kind's.
    const reasons = [...new Set(entries.map(({ reason }) => reason))];
    return `| ${TITLES[kind]} | ${names.join(', ')} | ${reasons.join(' ')} |`;
  });
  return ['| Kind | Names | Why |', '|---|---|---|', ...rows].join('\n');
}
