import { createInterface } from 'node:readline';
import type { Writable } from 'node:stream';
import { answerOf, createCatalog } from '../backends/catalog.ts';
import { startLyingBackend } from '../backends/lying-backend.ts';
import { readMessage } from '../backends/rpc-message.ts';

// A backend in a process of its own that floods who asks it: `node storming-backend.ts logs 10000` sends log messages
// while its tool is called, `changes` says on each listening stream that its tools changed, `stdio` is a process that
// logs. The number is how many a second, on each stream; 0 is as many as are taken.
const [kind, given] = process.argv.slice(2);
const perSecond = Number(given) || Number.POSITIVE_INFINITY;
const MOST_AT_ONCE = 500;

const LOG =
  '{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"a line of a storm"}}';
const CHANGED = '{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}';
const EVENT_STREAM = { 'content-type': 'text/event-stream' };
let sent = 0;

/** Sends for as long as the peer is there, and never more than it takes. */
function pour(sink: Writable, message: string): void {
  const began = performance.now();
  let poured = 0;
  const step = (): void => {
    if (sink.destroyed) return;
    const due = Math.floor(((performance.now() - began) / 1_000) * perSecond) - poured;
    const count = perSecond === Number.POSITIVE_INFINITY ? MOST_AT_ONCE : Math.min(due, MOST_AT_ONCE);
    poured += count;
    sent += count;
    if (!sink.write(message.repeat(count))) sink.once('drain', step);
    else if (perSecond === Number.POSITIVE_INFINITY) setImmediate(step);
    else setTimeout(step, 5);
  };
  step();
}

if (kind === 'stdio') {
  const storm = () => {
    pour(process.stdout, `${LOG}\n`);
    return new Promise<never>(() => undefined);
  };
  const catalog = createCatalog({ toolHandlers: { storm } });
  const conversation = { notify: () => undefined, ask: () => Promise.reject(new Error('nobody is asked')) };
  for await (const line of createInterface({ input: process.stdin })) {
    const message = readMessage(line);
    if (message?.method === undefined || message.idText === undefined) continue;
    void answerOf(catalog, message, conversation).then((text) => process.stdout.write(`${text}\n`));
  }
} else {
  const told = kind === 'logs' ? { on: 'tools/call', message: LOG } : { on: 'GET', message: CHANGED };
  const { url } = await startLyingBackend(
    { [told.on]: (response) => pour(response.writeHead(200, EVENT_STREAM), `data: ${told.message}\n\n`) },
    { catalog: { toolHandlers: { storm: () => ({}) } } },
  );
  process.stdout.write(`${JSON.stringify({ event: 'ready', url })}\n`);
  setInterval(() => process.stdout.write(`${JSON.stringify({ sent })}\n`), 500);
}
