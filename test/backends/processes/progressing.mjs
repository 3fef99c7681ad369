// Answers a call after as many messages of progress as its argument says, each of 8 KiB, as fast as they
// are taken; one request after the other.
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const say = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const message = 'x'.repeat(8_192);

async function work({ progressToken }, { count }) {
  for (let progress = 1; progress <= count; progress += 1) {
    const taken = say({ method: 'notifications/progress', params: { progressToken, progress, message } });
    if (!taken) await once(process.stdout, 'drain');
  }
  return { content: [{ type: 'text', text: 'done' }] };
}

const results = {
  initialize: () => ({
    protocolVersion: '2025-11-25',
    capabilities: { tools: {} },
    serverInfo: { name: 'progressing', version: '1' },
  }),
  'tools/list': () => ({ tools: [{ name: 'work', inputSchema: { type: 'object' } }] }),
  'tools/call': (params) => work(params._meta ?? {}, params.arguments),
};

for await (const line of createInterface({ input: process.stdin })) {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) continue;
  say({ id, result: (await results[method]?.(params)) ?? {} });
}
