import { z } from 'zod';
import type { Principal } from '../../shared/identity/principal.ts';
import { scanMessage } from '../../shared/json/scan.ts';
import { isLegacyVersion } from '../../shared/mcp/protocol.ts';
import { type AskTarget, ask } from './ask.ts';
import { faultyAnswer } from './failure.ts';
import type { BackendFailure } from './transport.ts';

/** What the client said in its own `initialize`, as JSON texts: it goes to every backend unchanged (hazard 14, 17). */
export interface ClientHello {
  readonly protocolVersion: string;
  readonly capabilitiesText: string;
  readonly clientInfoText: string;
}

/** What a backend said of itself. */
export interface ServerHello {
  readonly protocolVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly serverInfo: Readonly<Record<string, unknown>>;
  readonly instructions: string | undefined;
}

/**
 * Every client's initialize repeats what the backends say of themselves, so that one of them must not make it large, or
 * so deep that it cannot be written (HTP-11). A longer text is cut.
 */
const HELLO_LIMITS = { bytes: 1024 * 1024, depth: 64, textCharacters: 64 * 1024 } as const;

const initializeResult = z.object({
  protocolVersion: z.string(),
  capabilities: z.record(z.string(), z.unknown()).default({}),
  serverInfo: z.record(z.string(), z.unknown()).default({}),
  instructions: z.string().optional(),
});

export type Handshake =
  | { readonly ok: true; readonly hello: ServerHello }
  | { readonly ok: false; readonly failure: BackendFailure };

/** Opens the MCP session on a fresh transport: initialize, initialized, then the listening stream. */
export async function shakeHands(
  target: AskTarget,
  client: ClientHello,
  caller: Principal,
  timeoutMs: number,
  isKnown: (protocolVersion: string) => boolean = isLegacyVersion,
): Promise<Handshake> {
  const params =
    `{"protocolVersion":${JSON.stringify(client.protocolVersion)},` +
    `"capabilities":${client.capabilitiesText},"clientInfo":${client.clientInfoText}}`;
  const asked = await ask(target, 'initialize', params, caller, timeoutMs);
  if (!asked.ok) return asked;
  const size = asked.bytes.length > HELLO_LIMITS.bytes ? 'over 1 MiB' : undefined;
  const depth =
    scanMessage(asked.bytes, HELLO_LIMITS.depth).fault === undefined ? undefined : 'nested too deep';
  if (size !== undefined || depth !== undefined) {
    const why = `answered initialize with something ${size ?? depth}`;
    return { ok: false, failure: faultyAnswer(target.backend, why) };
  }
  const parsed = initializeResult.safeParse(asked.result);
  if (!parsed.success || !isKnown(parsed.data.protocolVersion)) {
    return {
      ok: false,
      failure: faultyAnswer(target.backend, 'answered initialize with something else than a known revision'),
    };
  }
  const { instructions, ...rest } = parsed.data;
  const noted = await target.transport.post(INITIALIZED, caller);
  if (noted !== undefined) return { ok: false, failure: noted };
  target.transport.established(rest.protocolVersion, caller);
  return { ok: true, hello: { ...rest, instructions: instructions?.slice(0, HELLO_LIMITS.textCharacters) } };
}

const INITIALIZED = Buffer.from('{"jsonrpc":"2.0","method":"notifications/initialized"}');
