// Runs `serve` on a stand-in for the gateway that only listens and says what it was given and what happened to it.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fail } from '../../../electron/headless/output.ts';
import { runServe } from '../../../electron/headless/run-serve.ts';
import type { StartPatchbay } from '../../../electron/headless/start-patchbay.ts';

const note = (text: string): void => void process.stderr.write(`stand-in: ${text}\n`);

// Read before serving: the variable is taken away then.
const asksForSecret = process.env.PATCHBAY_SECRETS !== undefined;

const start: StartPatchbay = async ({ config, port, demo, secrets }) => {
  const server = createServer((_, response) => void response.end('here'));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port ?? config.current().config.gateway.port, '127.0.0.1', resolve);
  });
  note(`demo ${demo} variable ${process.env.PATCHBAY_SECRETS ?? 'gone'}`);
  // Asked of where it was given only: a keychain that is looked into makes folders of its own in HOME.
  if (asksForSecret) {
    const read = await secrets.read({ backend: 'billing', kind: 'header', name: 'X-Api-Key' });
    note(`secret ${read.state}`);
    if (process.env.STAND_IN_CRASHES !== undefined && read.state === 'found') crashWith(read.secret.reveal());
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`,
    drain: async () => {
      note('drained');
      if (process.env.STAND_IN_HANGS === undefined) return;
      // A call that never ends: only a second signal helps.
      await new Promise(() => setInterval(() => {}, 1_000));
    },
    [Symbol.asyncDispose]: async () => {
      note('disposed');
      server.close();
      server.closeAllConnections();
    },
  };
};

/** A fault that nobody catches, with words that say too much. */
function crashWith(value: string): void {
  const said = `broke with ${value} and ${Buffer.from(value).toString('base64')}\n\u001b[31mred`;
  if (process.env.STAND_IN_CRASHES === 'rejection') void Promise.reject(new Error(said));
  else
    setImmediate(() => {
      throw new Error(said);
    });
}

await runServe(JSON.parse(process.argv[2] ?? '{}'), start).catch(fail);
