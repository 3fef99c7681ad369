// The physical limit: a reverse proxy on node:http that reads nothing and pipes both ways over kept connections.
// `bare-proxy.ts <url>...`: the n-th backend stands behind /n.
import { Agent, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

const backends = process.argv.slice(2).map((url) => new URL(url));
const agent = new Agent({ keepAlive: true, maxFreeSockets: 256, scheduling: 'lifo' });

const server = createServer({ noDelay: true, keepAliveTimeout: 120_000 }, (request, response) => {
  const backend = backends[Number(request.url?.slice(1))];
  if (backend === undefined) {
    response.writeHead(404).end();
    return;
  }
  const { connection: _, ...headers } = request.headers;
  const options = { agent, method: request.method, headers: { ...headers, host: backend.host } };
  const outgoing = send(backend, options, (answer) => {
    const { connection: __, 'keep-alive': ___, ...rest } = answer.headers;
    response.writeHead(answer.statusCode ?? 502, rest);
    answer.pipe(response);
  });
  outgoing.setNoDelay(true);
  outgoing.on('error', () => response.destroy());
  request.pipe(outgoing);
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/0`;
  process.stdout.write(`${JSON.stringify({ event: 'ready', url })}\n`);
});
