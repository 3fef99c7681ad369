import type { KeychainReply, KeychainRequest, Numbered } from './keychain-message.ts';

// The program of the keychain's own process. It holds nothing and decides nothing: one message in, one call of the
// keychain library, one message out. It is a process so that it can be killed: a waiting prompt blocks a thread of
// the pool that file and DNS work need, a too large value breaks the bus connection for good, and listing a locked
// collection on Linux ends the process with a segmentation fault.

type Keytar = typeof import('keytar');

let library: Promise<Keytar> | undefined;

/** The default export is the only complete one (feasibility.md section 3). Loaded on first use: it needs libsecret. */
function keytar(): Promise<Keytar> {
  library ??= import('keytar').then((module) => (module as unknown as { default: Keytar }).default);
  return library;
}

async function perform(request: KeychainRequest): Promise<KeychainReply> {
  const keychain = await keytar();
  switch (request.operation) {
    case 'get':
      return { ok: true, value: await keychain.getPassword(request.service, request.account) };
    case 'set':
      await keychain.setPassword(request.service, request.account, request.value);
      return { ok: true, value: true };
    case 'delete':
      return { ok: true, value: await keychain.deletePassword(request.service, request.account) };
    case 'list': {
      const entries = await keychain.findCredentials(request.service);
      return { ok: true, value: entries.map((entry) => entry.account) };
    }
  }
}

async function answer({ id, ...request }: Numbered<KeychainRequest>): Promise<Numbered<KeychainReply>> {
  try {
    return { id, ...(await perform(request)) };
  } catch (failure) {
    return { id, ok: false, message: failure instanceof Error ? failure.message : 'unknown failure' };
  }
}

/** In an Electron utility process the parent is reached through a port; under Node through the IPC channel. */
interface ParentPort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
}
const parentPort = (process as { readonly parentPort?: ParentPort }).parentPort;

function take(message: unknown, reply: (answer: Numbered<KeychainReply>) => void): void {
  answer(message as Numbered<KeychainRequest>).then(reply, () => process.kill(process.pid, 'SIGKILL'));
}

if (parentPort === undefined) {
  process.on('message', (message) => take(message, (reply) => process.send?.(reply)));
} else parentPort.on('message', ({ data }) => take(data, (reply) => parentPort.postMessage(reply)));

// A blocked pool thread would hold up an orderly exit for as long as the prompt stands.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
