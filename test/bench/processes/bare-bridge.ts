// The physical limit of a process behind HTTP: writes each body to the process as a line and gives the next line back,
// first come, first served; neither is read. `bare-bridge.ts <command> <argument>...`
import { spawn } from 'node:child_process';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const [command = '', ...args] = process.argv.slice(2);
const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
const waiting: ServerResponse[] = [];
let rest = '';

child.stdout.setEncoding('latin1').on('data', (text: string) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) {
    const response = waiting.shift();
    response?.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': line.length });
    response?.end(line, 'latin1');
  }
});
const server = createServer({ noDelay: true, keepAliveTimeout: 120_000 }, (request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(204).end();
    return;
  }
  let body = '';
  request.setEncoding('latin1').on('data', (text: string) => {
    body += text;
  });
  request.on('end', () => {
    // A notification has no answer to wait for.
    if (body.includes('"id":')) waiting.push(response);
    else response.writeHead(202).end();
    child.stdin.write(`${body}\n`, 'latin1');
  });
});
server.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  process.stdout.write(`${JSON.stringify({ event: 'ready', url })}\n`);
});
