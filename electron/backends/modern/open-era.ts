import { MODERN_VERSION } from '../../../shared/mcp/modern.ts';
import { isLegacyVersion } from '../../../shared/mcp/protocol.ts';
import type { ClientHello } from '../handshake.ts';
import { protocolHeaders } from '../http/protocol-headers.ts';
import { openTransport, type TransportOpening } from '../open-transport.ts';
import type { InboundMessage, OpenedTransport } from '../transport.ts';
import type { Era } from './era-memory.ts';
import { createLegacyFace } from './legacy-face.ts';
import { createMirroredHeaders } from './mirrored-headers.ts';

/** The revisions that the answer to initialize may name, per era. */
export const KNOWN_VERSIONS: Readonly<Record<Era, (version: string) => boolean>> = {
  legacy: isLegacyVersion,
  modern: (version) => version === MODERN_VERSION,
};

/** Opens a backend's wire in one era. A modern one looks like a session to its owner. */
export async function openEra(
  era: Era,
  client: ClientHello,
  opening: TransportOpening,
): Promise<OpenedTransport> {
  if (era === 'legacy') return await openTransport(opening);
  const { scope, ports, events } = opening;
  const headers = createMirroredHeaders();
  const base = protocolHeaders({
    userAgent: ports.userAgent,
    hop: ports.hop,
    protocolVersion: MODERN_VERSION,
  }).post;
  let heard: (message: InboundMessage) => void = () => undefined;
  const wireEvents = { ...events, unsolicited: (message: InboundMessage) => heard(message) };
  const opened = await openTransport({
    ...opening,
    events: wireEvents,
    requestStage: (request) => [...base, ...headers.of(request)],
  });
  if (!opened.ok) return opened;
  const face = createLegacyFace({
    backend: scope.backend,
    inner: opened.transport,
    client,
    headers,
    cancelsByMessage: scope.config.type !== 'http',
    unsolicited: events.unsolicited,
  });
  heard = face.heard;
  return { ok: true, transport: face.transport, release: opened.release };
}
