import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Secret } from '../../../electron/secrets/secret.ts';
import { httpTransport } from '../../../renderer/host/http-transport.ts';
import type { ControlClient } from '../../../shared/control/contract.ts';
import { createClient } from '../../../shared/control/create-client.ts';
import { type PlainBackend, startPlainBackend } from '../../backends/plain-http-backend.ts';
import { stdioBackend } from '../../backends/stdio-command.ts';
import { type Running, startScript } from '../../support/processes.ts';
import { createTempDir, type TempDir } from '../../support/temp-dir.ts';
import { type Keyring, openStore, startKeyring } from '../../support/with-keyring.ts';
import { type CanaryProvider, startCanaryProvider } from './provider.ts';
import { REFS } from './values.ts';

const MAIN = fileURLToPath(new URL('../../../electron/headless/main.ts', import.meta.url));
export const AUDIENCE = 'https://patchbay.example/mcp';

/** The gateway as its users run it, in a process and a home of its own, on a real keychain. */
export interface CanaryWorld extends AsyncDisposable {
  readonly idp: CanaryProvider;
  readonly backend: PlainBackend;
  readonly keyring: Keyring;
  readonly home: TempDir;
  readonly gateway: Running;
  readonly client: ControlClient;
  /** Every answer and event of the control API so far, as it came over the wire. */
  readonly told: readonly string[];
  /** Writes the configuration with these settings for its callers. */
  configure(auth: Record<string, unknown>): Promise<void>;
}

export async function startCanaryWorld(): Promise<CanaryWorld> {
  await using stack = new AsyncDisposableStack();
  const idp = stack.use(await startCanaryProvider());
  const backend = stack.use(await startPlainBackend());
  const keyring = stack.use(await startKeyring());
  const home = stack.use(await createTempDir('patchbay-canary-'));
  await mkdir(home.file('tmp'));
  const configure = (auth: Record<string, unknown>): Promise<void> =>
    writeFile(home.file('config.json'), JSON.stringify(configOf(backend.url, idp.issuer, auth)), {
      mode: 0o600,
    });
  await configure({ mode: 'oidc', issuer: idp.issuer, audience: AUDIENCE });
  await fill(keyring);
  const { DBUS_SESSION_BUS_ADDRESS = '', XDG_RUNTIME_DIR = '' } = keyring.env;
  const env = { HOME: home.path, TMPDIR: home.file('tmp'), DBUS_SESSION_BUS_ADDRESS, XDG_RUNTIME_DIR };
  const args = ['serve', '--json', '--verbose', '--ui', '--port', '0', '--config', home.file('config.json')];
  const gateway = stack.use(await startScript(MAIN, args, { env, cwd: home.path }));
  const told: string[] = [];
  const client = await connect(String(gateway.ready.ui), told, stack);
  const owned = stack.move();
  return {
    idp,
    backend,
    keyring,
    home,
    gateway,
    client,
    told,
    configure,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function fill(keyring: Keyring): Promise<void> {
  using store = openStore(keyring.env, undefined, { service: 'Patchbay' });
  for (const [ref, value] of REFS) {
    if (!(await store.write(ref, new Secret(value))).ok)
      throw new Error('the keychain of the test took no value');
  }
}

/** As a window does it: the address's token for one of its own, then calls and events. */
async function connect(address: string, told: string[], owned: AsyncDisposableStack): Promise<ControlClient> {
  const { origin, hash } = new URL(address);
  const exchanged = await fetch(`${origin}/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ token: hash.replace('#token=', '') }),
  });
  const { token } = (await exchanged.json()) as { token: string };
  const transport = httpTransport(token, `${origin}/`);
  owned.defer(
    transport.subscribe(
      (...event) => void told.push(`event ${JSON.stringify(event)}`),
      () => undefined,
    ),
  );
  return createClient(async (name, input) => {
    const answer = await transport.send(name, input);
    told.push(`${name} ${JSON.stringify(answer)}`);
    return answer;
  });
}

function configOf(url: string, issuer: string, auth: Record<string, unknown>): Record<string, unknown> {
  const http = (strategy: Record<string, unknown>, more = {}) => ({
    type: 'http',
    url,
    auth: strategy,
    ...more,
  });
  const clientId = 'machine';
  return {
    version: 1,
    gateway: { auth },
    passthroughHeaders: ['X-Tenant'],
    backends: {
      none: http({ strategy: 'none' }, { secretHeaders: ['X-Api-Key'] }),
      bearer: http({ strategy: 'bearer' }),
      header: http({ strategy: 'header', header: 'X-Own-Key' }),
      basic: http({ strategy: 'basic', username: 'jo' }),
      oauth: http({ strategy: 'oauth', issuer, scopes: ['openid', 'email'] }),
      machine: http({ strategy: 'client_credentials', issuer, clientId }),
      exchange: http({ strategy: 'token_exchange', tokenUrl: `${issuer}/exchange`, clientId }),
      upstream: http({ strategy: 'upstream' }),
      child: { type: 'stdio', ...stdioBackend(), secretEnv: ['TOKEN'] },
      other: { type: 'stdio', ...stdioBackend() },
    },
  };
}
