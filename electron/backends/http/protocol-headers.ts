import type { HeaderPair } from '../outgoing/chain.ts';

/** Marks our own requests, so that a gateway that calls itself notices (CFG-13). */
const HOP_HEADER = 'X-Patchbay-Hop';

export interface ProtocolFacts {
  readonly userAgent: string;
  /** Random per run of the gateway. */
  readonly hop: string;
  readonly sessionId?: string;
  readonly protocolVersion?: string;
}

/** The protocol stage of the outgoing chain, per kind of request. Arrays are built once per backend session. */
export interface ProtocolHeaders {
  readonly post: readonly HeaderPair[];
  readonly stream: readonly HeaderPair[];
  readonly remove: readonly HeaderPair[];
}

/** Builds the protocol headers of a backend session; call it again when session id or version become known. */
export function protocolHeaders(facts: ProtocolFacts): ProtocolHeaders {
  const common: HeaderPair[] = [
    ['User-Agent', facts.userAgent],
    [HOP_HEADER, facts.hop],
  ];
  if (facts.sessionId !== undefined) common.push(['Mcp-Session-Id', facts.sessionId]);
  if (facts.protocolVersion !== undefined) common.push(['MCP-Protocol-Version', facts.protocolVersion]);
  return {
    post: [
      ['Accept', 'application/json, text/event-stream'],
      ['Content-Type', 'application/json'],
      ...common,
    ],
    stream: [['Accept', 'text/event-stream'], ...common],
    remove: common,
  };
}
