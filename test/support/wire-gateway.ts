import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Patchbay } from '../../electron/app/patchbay.ts';
import type { SecretRef } from '../../electron/secrets/secret-store.ts';
import { startTestGateway } from './gateway.ts';
import { createMemorySecretStore } from './memory-secret-store.ts';
import { type Running, startScript } from './processes.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import { createTempDir } from './temp-dir.ts';

const FIRST = 'first';
const SECOND = 'second';

/** What the gateway of a test is made of; `settings` are further top-level fields of the configuration. */
export interface WireGatewayOptions {
  readonly backends?: Record<string, Record<string, unknown>>;
  readonly settings?: Record<string, unknown>;
  readonly gateway?: Record<string, unknown>;
  readonly secrets?: readonly (readonly [SecretRef, string])[];
}

/** A whole gateway on a free port, with two clients that it knows. */
export interface WireGateway extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly otherToken: string;
  readonly patchbay: Patchbay;
  readonly logLines: readonly string[];
  /** Opens a session of the first client. */
  open(options?: SessionOptions): Promise<Session>;
}

/** Starts everything that the app starts, but the window. */
export async function startWireGateway(options: WireGatewayOptions = {}): Promise<WireGateway> {
  const { backends = {}, settings = {}, gateway = {}, secrets = [] } = options;
  const started = await startTestGateway({
    config: { ...settings, gateway, backends },
    tokens: [FIRST, SECOND],
    secrets: createMemorySecretStore(secrets),
  });
  const token = started.token(FIRST);
  return {
    url: started.url,
    port: started.patchbay.listening.port(),
    token,
    otherToken: started.token(SECOND),
    patchbay: started.patchbay,
    logLines: started.logLines,
    open: (more) => started.open({ token, ...more }),
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}

/** A gateway in a process of its own, for what concerns memory and sudden ends. */
export interface GatewayProcess extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly running: Running;
  open(options?: SessionOptions): Promise<Session>;
}

const MAIN = fileURLToPath(new URL('../../electron/headless/main.ts', import.meta.url));

/** Starts `serve` with this configuration; `env` reaches the gateway itself. */
export async function startGatewayProcess(
  options: WireGatewayOptions,
  env: Record<string, string> = {},
): Promise<GatewayProcess> {
  await using stack = new AsyncDisposableStack();
  const place = stack.use(await createTempDir());
  const { backends = {}, settings = {}, gateway = {} } = options;
  const config = { version: 1, ...settings, gateway: { auth: { mode: 'anonymous' }, ...gateway }, backends };
  await writeFile(place.file('config.json'), JSON.stringify(config), { mode: 0o600 });
  const args = ['serve', '--json', '--port', '0', '--config', place.file('config.json')];
  const running = stack.use(await startScript(MAIN, args, { env }));
  const resources = stack.move();
  return {
    url: running.ready.url,
    pid: running.pid,
    running,
    open: (more) => openSession(running.ready.url, more),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The text of a tool's answer. */
export function textOf(reply: { readonly message: { readonly result?: unknown } }): string {
  const result = reply.message.result as { content?: { text?: string }[] } | undefined;
  return result?.content?.[0]?.text ?? '';
}
