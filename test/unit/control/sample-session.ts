import type { SessionDetail } from '../../../shared/sessions/session-view.ts';

/** Stands for a captured value; nothing that leaves the host may hold it. */
export const VALUE_CANARY = 'canary-captured-99d1';

/** A session with every part filled. */
export function sampleSession(): SessionDetail {
  const captured = [
    { name: 'X-Tenant', bytes: 24, fingerprint: '7f3a', capturedAt: 10, source: 'client' as const },
  ];
  const drift = [{ name: 'X-Tenant', since: 20, now: 'another-value' as const }];
  return {
    session: 's1',
    client: { name: 'cursor', version: '1.9' },
    era: 'legacy',
    protocolVersion: '2025-11-25',
    principal: { kind: 'local', client: 'cursor', tokenId: 't1' },
    openedAt: 10,
    lastActivityAt: 30,
    calls: 4,
    inFlight: 1,
    drift,
    olderAllowlist: false,
    captured,
    seenNotAllowed: ['X-Debug'],
    expiresAt: 99,
    warnings: ['One header was dropped.'],
    backends: [
      {
        backend: 'billing',
        transport: 'http',
        status: { state: 'lost', since: 25, reason: 'It closed the connection.', attempt: 1, nextTryAt: 31 },
        protocolVersion: '2025-06-18',
        server: { name: 'billing', version: '2' },
        captured,
        mapped: [{ header: 'X-Tenant', variable: 'TENANT' }],
        outgoing: [{ name: 'X-Tenant', source: 'passthrough', place: 'passthroughHeaders[0]' }],
        unsent: [{ name: 'X-Debug', why: 'not-sent-by-client', message: 'The client did not send it.' }],
        drift,
        errors: [{ at: 25, code: 'backend.session-lost', message: 'It forgot the session.', said: 'gone' }],
        dropped: { count: 2, latest: 'Welcome!' },
        calls: [{ at: 26, tool: 'echo', outcome: 'ok', duration: 3 }],
        inFlight: 0,
        restarts: 1,
        lastRestartAt: 25,
      },
    ],
  };
}
