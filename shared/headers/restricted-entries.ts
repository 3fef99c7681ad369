export type RestrictionClass =
  | 'routing'
  | 'hop-by-hop'
  | 'framing'
  | 'negotiation'
  | 'credentials'
  | 'browser'
  | 'proxy'
  | 'method-override'
  | 'mcp'
  | 'identity'
  | 'own';

export interface RestrictionEntry {
  /** Lower case; a final `*` stands for any rest. */
  readonly pattern: string;
  /** The usual spelling, for people. */
  readonly shown: string;
  readonly class: RestrictionClass;
  /** Why, one sentence. */
  readonly reason: string;
  /** What to do instead, where something else does the job. */
  readonly instead?: string;
  /** True where the name may be a static header of one backend. */
  readonly staticAllowed?: true;
}

interface ClassRule {
  readonly class: RestrictionClass;
  readonly reason: string;
  readonly instead?: string;
  readonly shown: readonly string[];
}

/** One row per class of threats.md 5.1; names in their usual spelling, a final `*` for a prefix. */
const RULES: readonly ClassRule[] = [
  {
    class: 'routing',
    reason: 'It chooses the virtual host, so another value would reach another server.',
    instead: "Write the host into the backend's URL.",
    shown: ['Host', ':*'],
  },
  {
    class: 'hop-by-hop',
    reason: 'It describes one connection and must not travel further (RFC 9110 section 7.6.1).',
    shown: [
      'Connection',
      'Keep-Alive',
      'Proxy-Connection',
      'TE',
      'Trailer',
      'Transfer-Encoding',
      'Upgrade',
      'HTTP2-Settings',
    ],
  },
  {
    class: 'framing',
    reason: 'It describes a body or message that the gateway writes itself.',
    shown: ['Content-*', 'Expect', 'Date', 'Via', 'Max-Forwards', 'Range', 'If-*'],
  },
  {
    class: 'negotiation',
    reason: 'The gateway reads the answer, so it decides which forms of answer it accepts.',
    shown: ['Accept', 'Accept-*'],
  },
  {
    class: 'credentials',
    reason: 'It belongs to one hop; passing it on would hand a credential to a server it was not meant for.',
    instead: "Use the backend's own sign-in or a secret header with a name of its own.",
    shown: ['Proxy-*', 'WWW-Authenticate', 'Cookie', 'Cookie2', 'Set-Cookie', 'Set-Cookie2', 'DPoP'],
  },
  {
    class: 'browser',
    reason: 'It speaks for a web page; backends use it to keep foreign pages out.',
    shown: ['Origin', 'Referer', 'Sec-*', 'Access-Control-*', 'DNT'],
  },
  {
    class: 'proxy',
    reason: 'Backends believe it about the address or the user in front of a proxy, so it could be forged.',
    shown: [
      'Forwarded',
      'X-Forwarded-*',
      'X-Real-IP',
      'X-Client-IP',
      'X-Cluster-Client-IP',
      'True-Client-IP',
      'CF-Connecting-IP',
      'Fastly-Client-IP',
      'X-Original-*',
      'X-Rewrite-URL',
      'X-Envoy-*',
      'X-Goog-*',
      'X-Amzn-Oidc-*',
      'X-Ms-Client-Principal*',
    ],
  },
  {
    class: 'method-override',
    reason: 'It turns a POST into another method at the backend.',
    shown: ['X-HTTP-Method', 'X-HTTP-Method-Override', 'X-Method-Override'],
  },
  {
    class: 'mcp',
    reason: 'It is part of MCP itself, and the gateway speaks MCP separately with each side.',
    shown: ['Mcp-*', 'Last-Event-ID'],
  },
  {
    class: 'identity',
    reason: 'It tells a backend who calls, so only the gateway may set it, from verified claims.',
    instead: "Switch on the backend's identity headers.",
    shown: ['X-User-*', 'Remote-User', 'X-Remote-User', 'X-Auth-Request-*'],
  },
  {
    class: 'own',
    reason: 'The gateway uses it to recognise itself.',
    shown: ['X-Patchbay-*'],
  },
];

const AUTHORIZATION: RestrictionEntry = {
  pattern: 'authorization',
  shown: 'Authorization',
  class: 'credentials',
  reason: "The caller's token was issued for this gateway and must not reach any backend.",
  instead: 'Choose an auth strategy for the backend, or give it a secret header Authorization of its own.',
  staticAllowed: true,
};

/** All restricted names, in the order in which they are shown. */
export const RESTRICTED_ENTRIES: readonly RestrictionEntry[] = RULES.flatMap((rule) => {
  const { shown, ...common } = rule;
  const entries = shown.map((name) => ({ pattern: name.toLowerCase(), shown: name, ...common }));
  return rule.class === 'credentials' ? [AUTHORIZATION, ...entries] : entries;
});
