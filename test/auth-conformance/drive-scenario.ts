import { browse } from '../support/browser.ts';
import { connectV2 } from '../support/clients.ts';
import { startTestControl, value } from '../support/control.ts';
import { createMemorySecretStore } from '../support/memory-secret-store.ts';
import { until } from '../support/until.ts';
import type { Task } from './serve-driver.ts';

const BACKEND = 'scenario';
/** What this user has for a client metadata document: the address that the referee expects to see (SEP-991). */
const METADATA_DOCUMENT = 'https://conformance-test.local/client-metadata.json';
/** How often this user signs in again because a call was refused. The gateway by itself never does. */
const PATIENCE = 1;

/** What the referee tells about a scenario beside its address. */
interface ScenarioContext {
  readonly client_id?: string;
  readonly client_secret?: string;
}

function settingsOf(scenario: string, { client_id }: ScenarioContext): Record<string, unknown> {
  const clientId = scenario === 'auth/basic-cimd' ? METADATA_DOCUMENT : client_id;
  return { strategy: 'oauth', ...(clientId === undefined ? {} : { clientId }) };
}

/**
 * Plays one scenario: a gateway whose only backend is the scenario's server, a user who signs in to it, and a plain
 * client that knows nothing of all this. Rejects where the client did not get its tool, which the scenarios that must
 * be refused allow for. `say` hears of what went wrong in the browser.
 */
export async function driveScenario(task: Task, say: (failure: unknown) => void): Promise<void> {
  const { url, scenario, revision } = task;
  const context = JSON.parse(task.context) as ScenarioContext;
  const ref = { backend: BACKEND, kind: 'auth', name: 'client-secret' } as const;
  const secrets = createMemorySecretStore(
    context.client_secret === undefined ? [] : [[ref, context.client_secret]],
  );
  const backends = { [BACKEND]: { type: 'http', url, auth: settingsOf(scenario, context) } };
  const options = {
    config: { backends, tools: { prefixFormat: '' } },
    secrets,
    // The browser goes its way while the app waits for it.
    openExternal: async (address: string) => void browse(address).catch(say),
  };
  await using app = await startTestControl(options, { opensBrowser: true });
  await signIn(app);
  const mode = revision === '2026-07-28' ? { pin: revision } : 'legacy';
  await using connected = await connectV2(app.gateway.url, { mode });
  for (let tries = 0; ; tries += 1) {
    try {
      return await reachTool(app, connected.client);
    } catch (failure) {
      if (tries === PATIENCE) throw failure;
      await signIn(app);
    }
  }
}

type App = Awaited<ReturnType<typeof startTestControl>>;

/** Throws where the tool answers with an error, or where the window says that nobody is signed in, or not enough. */
async function reachTool(app: App, client: Awaited<ReturnType<typeof connectV2>>['client']): Promise<void> {
  await until(
    async () => {
      if ((await client.listTools()).tools.length > 0) return true;
      const status = await statusOf(app);
      if (status?.state === 'signed-in' && status.wantsScope === undefined) return undefined;
      throw new Error(`the window asks for a sign-in: ${JSON.stringify(status)}`);
    },
    'the tool in the list',
    15_000,
  );
  const { isError } = await client.callTool({ name: 'test-tool', arguments: {} });
  if (isError === true) throw new Error('the call was answered with an error');
}

async function statusOf({ client }: App) {
  return (await value(client.signIn.status({ backend: BACKEND }))).backends[0]?.status;
}

/** As the window does it on a click. */
async function signIn(app: App): Promise<void> {
  await value(app.client.signIn.start({ backend: BACKEND }));
  const look = async () => {
    const status = await statusOf(app);
    return status?.state === 'waiting' ? undefined : status;
  };
  const status = await until(look, 'the end of the sign-in', 10_000);
  if (status.state !== 'signed-in') throw new Error(`not signed in: ${JSON.stringify(status)}`);
}
