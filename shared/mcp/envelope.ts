import { z } from 'zod';
import { ENVELOPE_KEYS, META } from './modern.ts';
import { LOG_LEVELS, type LogLevel } from './protocol.ts';

/** What a modern request says of itself in `_meta`. */
export interface Envelope {
  readonly protocolVersion: string;
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly client: { readonly name: string; readonly version: string } | undefined;
  /** Logs are wanted from this level on; absent means none. */
  readonly logLevel: LogLevel | undefined;
}

export type ReadEnvelope =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly key: string };

const envelopeSchema = z.looseObject({
  [META.protocolVersion]: z.string(),
  [META.clientCapabilities]: z.record(z.string(), z.unknown()),
  [META.clientInfo]: z.looseObject({ name: z.string(), version: z.string() }).optional(),
  [META.logLevel]: z.enum(LOG_LEVELS).optional(),
});

/** True where params claim to be of the modern era; the body decides, not a header (protocol.md 1.4). */
export function claimsModern(params: Readonly<Record<string, unknown>>): boolean {
  const meta = params._meta;
  return typeof meta === 'object' && meta !== null && META.protocolVersion in meta;
}

/** Reads the envelope; answers the first key that is missing or wrong. */
export function readEnvelope(params: Readonly<Record<string, unknown>>): ReadEnvelope {
  const parsed = envelopeSchema.safeParse(params._meta ?? {});
  if (!parsed.success) return { ok: false, key: String(parsed.error.issues[0]?.path[0] ?? '_meta') };
  const client = parsed.data[META.clientInfo];
  return {
    ok: true,
    envelope: {
      protocolVersion: parsed.data[META.protocolVersion],
      capabilities: parsed.data[META.clientCapabilities],
      client: client === undefined ? undefined : { name: client.name, version: client.version },
      logLevel: parsed.data[META.logLevel],
    },
  };
}

/** The envelope alone, without anything else that the client's `_meta` holds, for a request of the gateway's own. */
export function envelopeOf(params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const meta = Object.entries(params._meta ?? {});
  return Object.fromEntries(meta.filter(([key]) => ENVELOPE_KEYS.includes(key)));
}
