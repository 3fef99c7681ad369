import type { HeaderLines } from '../../support/http-exchange.ts';
import type { Session } from '../../support/session.ts';
import { openWire, requestBytes, type WireResponse } from '../../support/wire.ts';
import type { WireGateway } from '../../support/wire-gateway.ts';

/** A request that differs from an ordinary one in what is named here. */
export interface Attempt {
  readonly method?: string;
  readonly target?: string;
  readonly host?: string;
  /** In place of the ordinary headers of these names; `undefined` leaves one out. */
  readonly replace?: readonly (readonly [name: string, value: string | undefined])[];
  /** On top of all others, so that names may stand twice. */
  readonly add?: HeaderLines;
  /** `undefined` for no body. */
  readonly body?: string | Buffer | undefined;
}

/** What came back. Status 0: the connection ended without an answer. */
export interface Outcome {
  readonly status: number;
  readonly text: string;
  /** The JSON-RPC error code of the answer. */
  readonly code: number | undefined;
  readonly response: WireResponse | undefined;
}

export const PING = '{"jsonrpc":"2.0","id":1,"method":"ping"}';

export const INITIALIZE = JSON.stringify({
  jsonrpc: '2.0',
  id: 'first',
  method: 'initialize',
  params: { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'wire', version: '1' } },
});

/** The ordinary header lines of a request, those of a session included. */
export function ordinaryHeaders(gateway: WireGateway, session?: Session, host?: string): HeaderLines {
  return [
    ['Host', host ?? `127.0.0.1:${gateway.port}`],
    ['Authorization', `Bearer ${gateway.token}`],
    ['Content-Type', 'application/json'],
    ['Accept', 'application/json, text/event-stream'],
    ...(session?.id === undefined
      ? []
      : ([
          ['Mcp-Session-Id', session.id],
          ['MCP-Protocol-Version', '2025-11-25'],
        ] as const)),
  ];
}

/** The bytes of an attempt; without a session it is an `initialize`, with one a `ping`. */
export function bytesOf(gateway: WireGateway, attempt: Attempt, session?: Session): Buffer {
  const replaced = new Map((attempt.replace ?? []).map(([name, value]) => [name.toLowerCase(), value]));
  const kept = ordinaryHeaders(gateway, session, attempt.host).filter(
    ([name]) => !replaced.has(name.toLowerCase()),
  );
  const given = (attempt.replace ?? []).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const body = 'body' in attempt ? attempt.body : session === undefined ? INITIALIZE : PING;
  const lines = [...kept, ...given, ...(attempt.add ?? [])];
  return requestBytes(attempt.method ?? 'POST', attempt.target ?? '/mcp', lines, body);
}

/** Sends these bytes on a connection of their own and reads the first answer. */
export async function exchangeBytes(gateway: WireGateway, bytes: Buffer | string): Promise<Outcome> {
  using wire = await openWire(gateway.url);
  // A refused peer may cut the connection while we still send; what it answered before counts.
  wire.send(bytes).catch(() => undefined);
  const response = await wire.response().catch(() => undefined);
  return outcomeOf(response);
}

/** Makes an attempt. */
export async function make(gateway: WireGateway, attempt: Attempt, session?: Session): Promise<Outcome> {
  return await exchangeBytes(gateway, bytesOf(gateway, attempt, session));
}

/** Reads an answer as far as tests look at it. */
export function outcomeOf(response: WireResponse | undefined): Outcome {
  const text = response?.body.toString('utf8') ?? '';
  let code: number | undefined;
  try {
    code = (JSON.parse(text) as { error?: { code: number } }).error?.code;
  } catch {
    // Node's own refusals have no body.
  }
  return { status: response?.status ?? 0, text, code, response };
}
