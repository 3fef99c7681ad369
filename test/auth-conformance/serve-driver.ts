import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { createTempDir } from '../support/temp-dir.ts';
import { driveScenario } from './drive-scenario.ts';

/** What the referee tells about a scenario. */
export interface Task {
  readonly url: string;
  readonly scenario: string;
  readonly revision: string;
  /** JSON: what was registered by hand, where the scenario has such a thing. */
  readonly context: string;
}

/** How the client under test ends. */
export interface Ending {
  readonly code: 0 | 1;
  readonly words: string;
}

/** The client under test, for as many scenarios as are asked of it; each gets a gateway of its own. */
export interface Driver extends AsyncDisposable {
  /** The socket that `ask-driver.ts` connects to. */
  readonly path: string;
}

/** Starts it in this process. */
export async function serveDriver(): Promise<Driver> {
  const folder = await createTempDir('patchbay-driver-');
  const path = join(folder.path, 'socket');
  const server = createServer({ allowHalfOpen: true }, (socket) => void answer(socket));
  server.listen(path);
  await once(server, 'listening');
  return {
    path,
    async [Symbol.asyncDispose]() {
      server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function answer(socket: Socket): Promise<void> {
  socket.on('error', () => socket.destroy());
  socket.end(JSON.stringify(await run(socket)));
}

async function run(socket: Socket): Promise<Ending> {
  const said: string[] = [];
  const say = (failure: unknown): void => {
    const words = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
    said.push(`${words}\n`);
  };
  try {
    await driveScenario(JSON.parse(await text(socket)) as Task, say);
    return { code: 0, words: said.join('') };
  } catch (failure) {
    say(failure);
    return { code: 1, words: said.join('') };
  }
}
