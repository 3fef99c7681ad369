import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Running, startScript } from '../support/processes.ts';
import { createTempDir } from '../support/temp-dir.ts';

const everything = join(import.meta.dirname, 'everything/main.ts');
const gateway = join(import.meta.dirname, '../../electron/headless/main.ts');

/** A server under test; dispose of it when its suites are done. */
export interface UnderTest extends AsyncDisposable {
  readonly url: string;
}

/** The everything server alone: shows that what fails behind the gateway is the gateway's. */
export async function startAlone(): Promise<UnderTest> {
  const server = await startScript(everything, []);
  return { url: server.ready.url, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** The gateway with the everything server as its only backend, over HTTP. */
export async function startBehindHttp(): Promise<UnderTest> {
  await using stack = new AsyncDisposableStack();
  const server = stack.use(await startAlone());
  const running = stack.use(await startGateway({ type: 'http', url: server.url }));
  return owned(running, stack.move());
}

/** The same over stdio: one process for each client session. */
export async function startBehindStdio(): Promise<UnderTest> {
  await using stack = new AsyncDisposableStack();
  const backend = { type: 'stdio', command: process.execPath, args: [everything, '--stdio'] };
  const running = stack.use(await startGateway(backend));
  return owned(running, stack.move());
}

/** Unprefixed names: the suite calls tools by the names that it knows. */
async function startGateway(backend: Record<string, unknown>): Promise<Running> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await createTempDir('patchbay-conformance-'));
  const config = {
    version: 1,
    gateway: { auth: { mode: 'anonymous' } },
    tools: { prefixFormat: '' },
    backends: { everything: backend },
  };
  const path = folder.file('config.json');
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  const running = await startScript(gateway, ['serve', '--json', '--port', '0', '--config', path]);
  const resources = stack.move();
  return {
    ...running,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await resources.disposeAsync();
    },
  };
}

function owned(running: Running, resources: AsyncDisposableStack): UnderTest {
  return { url: running.ready.url, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}
