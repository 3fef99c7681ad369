import type { CallEntry } from '../../../electron/app/activity.ts';
import { startUiHost } from '../../../electron/headless/ui-host/start-ui-host.ts';
import { SILENT_LOG } from '../../../electron/log/log.ts';
import { startPlainBackend } from '../../backends/plain-http-backend.ts';
import { startTestControl } from '../../support/control.ts';

export const BACKENDS = 200;
export const SESSIONS = 500;
export const CALLS = 10_000;

const CLIENTS = ['cursor', 'claude-code', 'zed', 'codex', 'windsurf'];
const TOOLS = ['list_invoices', 'get_invoice', 'refund', 'search', 'read_file', 'get_issue'];
const OUTCOMES: readonly CallEntry['outcome'][] = ['ok', 'ok', 'ok', 'error', 'failed'];
const HOUR_MS = 3_600_000;

/**
 * A real gateway with as much in it as the figures ask for, and the built window over it; resolves to its address. Two
 * of the backends are connected to by every session, the others are switched off: a row is a row. The calls are noted
 * as the gateway notes them, without being made.
 */
export async function startLargeWorld(stack: AsyncDisposableStack, folder: string): Promise<string> {
  const server = stack.use(await startPlainBackend({ manners: { listenStream: false } }));
  const entries = Array.from({ length: BACKENDS }, (_, index) => {
    const off = index < 2 ? {} : { enabled: false };
    return [`service-${String(index).padStart(3, '0')}`, { type: 'http', url: server.url, ...off }] as const;
  });
  const running = stack.use(
    await startTestControl({
      config: { passthroughHeaders: ['X-Mcp-Api-Key'], backends: Object.fromEntries(entries) },
    }),
  );
  const { gateway, control } = running;
  for (let at = 0; at < SESSIONS; at += 20) {
    const names = Array.from(
      { length: Math.min(20, SESSIONS - at) },
      (_, more) => CLIENTS[(at + more) % CLIENTS.length],
    );
    await Promise.all(
      names.map((name) =>
        gateway.open({
          openingHeaders: [['X-Mcp-Api-Key', 'value']],
          clientInfo: { name: name ?? '', version: '1.0' },
        }),
      ),
    );
  }
  const { activity, gateway: core, ports } = gateway.patchbay;
  const sessions = [...core.sessions.all()];
  for (let call = 0; call < CALLS; call++) {
    const session = sessions[call % sessions.length];
    if (session === undefined) continue;
    const backend = entries[call % entries.length]?.[0] ?? '';
    activity.add({
      session,
      backend,
      at: ports.now() - HOUR_MS + (call * HOUR_MS) / CALLS,
      method: 'tools/call',
      target: `${backend}_${TOOLS[call % TOOLS.length]}`,
      durationMs: (call * 37) % 900,
      outcome: OUTCOMES[call % OUTCOMES.length] ?? 'ok',
      code: undefined,
    });
  }
  const host = stack.use(await startUiHost({ control, folder, port: 0, log: SILENT_LOG }));
  return host.address;
}
