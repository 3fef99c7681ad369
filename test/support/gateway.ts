import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { type Patchbay, type StartOptions, startPatchbay } from '../../electron/app/patchbay.ts';
import { type ConfigFile, openConfigFile } from '../../electron/config/config-file.ts';
import { createLog } from '../../electron/log/create-log.ts';
import { takeEnvironmentSecrets } from '../../electron/secrets/environment-store.ts';
import { registerSecrets } from '../../electron/secrets/registered-store.ts';
import { createSecretRegistry } from '../../electron/secrets/secret-registry.ts';
import type { SecretStore } from '../../electron/secrets/secret-store.ts';
import { createLatch } from './latch.ts';
import { createMemorySecretStore } from './memory-secret-store.ts';
import { openSession, type Session, type SessionOptions } from './session.ts';
import { createTempDir, type TempDir } from './temp-dir.ts';

/** The text of a configuration file, as far as a test says it. Callers are anonymous unless `tokens` names some. */
export interface ConfigText {
  readonly gateway?: Record<string, unknown>;
  readonly passthroughHeaders?: readonly string[];
  readonly backends?: Readonly<Record<string, Record<string, unknown>>>;
  readonly tools?: Record<string, unknown>;
}

export interface TestGatewayOptions {
  readonly config?: ConfigText;
  /** Names of clients that get a local token each. */
  readonly tokens?: readonly string[];
  readonly secrets?: SecretStore;
  readonly demo?: boolean;
  /** Where it listens, and what it does where it cannot; by default on any free port. */
  readonly listening?: Pick<StartOptions, 'port' | 'explainPort' | 'waitsForPort'>;
  /** The user's browser. */
  readonly openExternal?: (url: string) => Promise<void>;
}

/** A whole Patchbay in this process, on a free port, with a configuration file of its own. */
export interface TestGateway extends AsyncDisposable {
  readonly url: string;
  readonly patchbay: Patchbay;
  readonly configFile: ConfigFile;
  /** The folder that holds the configuration; nothing else of the gateway may be in it. */
  readonly folder: TempDir;
  /** The token of a client by its name. */
  token(client: string): string;
  /** Every log line, debug included, as text. */
  readonly logLines: readonly string[];
  /** Opens a session by hand; throws where `initialize` is refused. */
  open(options?: SessionOptions): Promise<Session>;
  /** Writes the file as another program would, and waits until it is in force. */
  rewrite(config: ConfigText): Promise<void>;
}

/** Starts the gateway as `serve` does, without the process around it. */
export async function startTestGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await createTempDir('patchbay-gateway-'));
  const tokens = new Map(
    (options.tokens ?? []).map((client) => [client, `pb_${randomBytes(32).toString('base64url')}`]),
  );
  const path = folder.file('config.json');
  await writeFile(path, textOf(options.config ?? {}, tokens), { mode: 0o600 });
  const configFile = stack.use(await openConfigFile(path, { mustExist: true }));
  const registry = createSecretRegistry();
  const logLines: string[] = [];
  const hub = stack.use(
    createLog({
      sinks: [{ write: (line) => void logLines.push(line), close: async () => undefined }],
      level: 'debug',
      scrub: registry.scrub,
    }),
  );
  const patchbay = stack.use(
    await startPatchbay({
      config: configFile,
      log: hub.log,
      secrets: registerSecrets(options.secrets ?? createMemorySecretStore(), registry),
      version: '0.0.0-test',
      ...(options.listening ?? { port: 0 }),
      demo: options.demo === true,
      ...(options.openExternal === undefined ? {} : { openExternal: options.openExternal }),
    }),
  );
  const owned = stack.move();
  return {
    url: patchbay.url,
    patchbay,
    configFile,
    folder,
    logLines,
    token(client) {
      const token = tokens.get(client);
      if (token === undefined) throw new Error(`no token was made for ${client}`);
      return token;
    },
    async open(session) {
      const opened = await openSession(patchbay.url, session);
      if (opened.id === undefined) throw new Error(`initialize was refused: ${opened.opening.text}`);
      return opened;
    },
    async rewrite(config) {
      const applied = createLatch();
      using _ = patchbay.listeners.configApplied.add(() => applied.open());
      await writeFile(path, textOf(config, tokens));
      await configFile.reload();
      await applied.promise;
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** A store that holds exactly what this `PATCHBAY_SECRETS` says. */
export function environmentSecrets(secrets: Record<string, unknown>): SecretStore {
  const store = takeEnvironmentSecrets({ PATCHBAY_SECRETS: JSON.stringify(secrets) });
  if (store === undefined) throw new Error('no secrets were given');
  return store;
}

/** The text of a configuration file; tokens as their digests, as `patchbay token create` writes them. */
function textOf(config: ConfigText, tokens: ReadonlyMap<string, string>): string {
  const digests = [...tokens].map(([client, token]) => ({
    client,
    sha256: createHash('sha256').update(token).digest('hex'),
  }));
  const auth = tokens.size === 0 ? { mode: 'anonymous' } : { mode: 'local', tokens: digests };
  return JSON.stringify({ version: 1, ...config, gateway: { auth, ...config.gateway } }, undefined, 2);
}
