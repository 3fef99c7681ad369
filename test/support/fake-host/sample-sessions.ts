import type { BackendSessionView } from '../../../shared/sessions/backend-session-view.ts';
import type { OutgoingHeaderView } from '../../../shared/sessions/header-view.ts';
import type { SessionDetail } from '../../../shared/sessions/session-view.ts';

const PROTOCOL: OutgoingHeaderView[] = [
  'Content-Type',
  'Accept',
  'Mcp-Session-Id',
  'MCP-Protocol-Version',
].map((name) => ({ name, source: 'protocol' as const }));

function backendSession(
  backend: string,
  status: BackendSessionView['status'],
  more: Partial<BackendSessionView> = {},
): BackendSessionView {
  return {
    backend,
    transport: 'http',
    status,
    captured: [],
    mapped: [],
    outgoing: [],
    unsent: [],
    drift: [],
    errors: [],
    calls: [],
    inFlight: 0,
    restarts: 0,
    ...more,
  };
}

/** Live sessions as the gateway would describe them; the first has drifted. */
export function sampleSessions(now: number): SessionDetail[] {
  const opened = now - 4_920_000;
  const key = {
    name: 'X-Mcp-Api-Key',
    bytes: 24,
    fingerprint: '7f3a91',
    capturedAt: opened,
    source: 'client' as const,
  };
  const tenant = {
    name: 'X-Tenant',
    bytes: 4,
    fingerprint: 'c02e5d',
    capturedAt: opened,
    source: 'client' as const,
  };
  const drift = [{ name: 'X-Mcp-Api-Key', since: now - 1_260_000, now: 'another-value' as const }];
  const cursor: SessionDetail = {
    session: 's-cursor-1',
    client: { name: 'cursor', version: '1.9.2' },
    era: 'legacy',
    protocolVersion: '2025-11-25',
    principal: { kind: 'local', client: 'cursor', tokenId: 't-cursor' },
    openedAt: opened,
    lastActivityAt: now - 4_000,
    calls: 148,
    inFlight: 2,
    drift,
    olderAllowlist: false,
    captured: [key, tenant],
    seenNotAllowed: ['X-Request-Source'],
    warnings: [],
    backends: [
      backendSession(
        'billing',
        { state: 'ready', since: opened + 400 },
        {
          protocolVersion: '2025-06-18',
          server: { name: 'billing-mcp', version: '4.1.0' },
          captured: [key, tenant],
          outgoing: [
            ...PROTOCOL,
            { name: 'X-Mcp-Api-Key', source: 'passthrough', place: 'passthroughHeaders[0]' },
            { name: 'X-Tenant', source: 'passthrough', place: 'passthroughHeaders[1]' },
            { name: 'X-Region', source: 'static', place: 'backends.billing.headers.X-Region' },
            { name: 'X-Billing-Key', source: 'secret', place: 'backends.billing.secretHeaders[0]' },
            { name: 'Authorization', source: 'auth', place: 'backends.billing.auth' },
            { name: 'X-User-Sub', source: 'identity', place: 'backends.billing.identityHeaders' },
          ],
          drift,
          errors: [
            {
              at: now - 1_800_000,
              code: 'backend.timeout',
              message: 'list_invoices did not answer within 60 s.',
            },
          ],
          calls: [
            { at: now - 4_000, tool: 'get_invoice', outcome: 'running' },
            { at: now - 31_000, tool: 'list_invoices', outcome: 'ok', duration: 182 },
            { at: now - 95_000, tool: 'refund', outcome: 'tool-error', duration: 61 },
          ],
          inFlight: 2,
        },
      ),
      backendSession(
        'files',
        { state: 'ready', since: opened + 900 },
        {
          transport: 'stdio',
          protocolVersion: '2025-11-25',
          pid: 8123,
          mapped: [{ header: 'X-Tenant', variable: 'TENANT' }],
          unsent: [
            {
              name: 'X-Mcp-Api-Key',
              why: 'process-takes-no-headers',
              message: 'Not applicable: a process takes no headers.',
            },
          ],
          restarts: 1,
          lastRestartAt: now - 2_400_000,
          dropped: { count: 3, latest: 'Secure filesystem server on stdio' },
          calls: [{ at: now - 12_000, tool: 'read_file', outcome: 'ok', duration: 9 }],
        },
      ),
      backendSession(
        'docs',
        { state: 'needs-sign-in', reason: 'docs.example.com asks for a sign-in.' },
        {
          unsent: [{ name: 'X-Tenant', why: 'excepted', message: 'Left out for docs.' }],
        },
      ),
    ],
  };
  const claude: SessionDetail = {
    ...cursor,
    session: 's-claude-1',
    client: { name: 'claude-code', version: '2.4.11' },
    protocolVersion: '2025-06-18',
    principal: { kind: 'local', client: 'claude-code', tokenId: 't-claude' },
    openedAt: now - 780_000,
    lastActivityAt: now - 65_000,
    calls: 22,
    inFlight: 0,
    drift: [],
    expiresAt: now + 27_900_000,
    captured: [{ ...key, fingerprint: '1be044', bytes: 36, capturedAt: now - 780_000 }],
    seenNotAllowed: [],
    backends: cursor.backends.map((line) => ({
      ...line,
      drift: [],
      errors: [],
      inFlight: 0,
      restarts: 0,
      captured:
        line.transport === 'stdio'
          ? []
          : [{ ...key, fingerprint: '1be044', bytes: 36, capturedAt: now - 780_000 }],
    })),
  };
  const modern: SessionDetail = {
    ...claude,
    session: 's-agent-1',
    client: { name: 'release-agent', version: '0.3' },
    era: 'modern',
    protocolVersion: '2026-07-28',
    principal: {
      kind: 'user',
      issuer: 'https://id.example.com',
      subject: 'u-8123',
      email: 'ada@example.com',
      name: 'Ada Lovelace',
    },
    openedAt: now - 95_000,
    lastActivityAt: now - 2_000,
    calls: 7,
    inFlight: 1,
    olderAllowlist: true,
    captured: [],
    warnings: ['The claim name was left out: it holds a line break.'],
  };
  return [modern, claude, cursor];
}

/** What the captured headers hold: typed by nobody, known to nobody. */
export const SAMPLE_VALUES: Readonly<Record<string, string>> = {
  'X-Mcp-Api-Key': 'not-a-real-key-9d41c7e2a',
  'X-Tenant': 'acme',
};
