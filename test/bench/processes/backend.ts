// Fast MCP backends in one process: `backend.ts <count> <tools> <json|sse>`, one HTTP port each, or
// `backend.ts --stdio <tools>`. As little work as a server can do, so that what is measured is what stands before it.
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAnswers } from './answers.ts';

type Answers = ReturnType<typeof createAnswers>;

if (process.argv[2] === '--stdio') serveStdio(createAnswers({ name: 'b0', tools: Number(process.argv[3]) }));
else {
  const [count = 1, tools = 1] = process.argv.slice(2, 4).map(Number);
  const urls: string[] = [];
  for (let at = 0; at < count; at++) {
    urls.push(await serveHttp(createAnswers({ name: `b${at}`, tools }), process.argv[4] === 'sse'));
  }
  process.stdout.write(`${JSON.stringify({ event: 'ready', url: urls[0], urls })}\n`);
}

function serveHttp(answers: Answers, asEvents: boolean): Promise<string> {
  const server = createServer({ noDelay: true, keepAliveTimeout: 120_000 }, (request, response) => {
    if (request.method === 'POST') read(request, (body) => answer(body, response));
    else response.writeHead(request.method === 'DELETE' ? 204 : 405).end();
  });

  function answer(body: string, response: ServerResponse): void {
    const message = JSON.parse(body);
    const bytes = answers(message);
    if (bytes === undefined) {
      response.writeHead(202).end();
      return;
    }
    const whole = asEvents
      ? Buffer.concat([Buffer.from('event: message\ndata: '), bytes, Buffer.from('\n\n')])
      : bytes;
    response.writeHead(200, {
      'Content-Type': asEvents ? 'text/event-stream' : 'application/json',
      'Content-Length': whole.length,
      ...(message.method === 'initialize' ? { 'Mcp-Session-Id': randomUUID() } : {}),
    });
    response.end(whole);
  }

  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`),
    );
  });
}

function read(request: IncomingMessage, done: (body: string) => void): void {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => done(Buffer.concat(parts).toString('utf8')));
}

function serveStdio(answers: Answers): void {
  let rest = '';
  process.stdin.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const bytes = line === '' ? undefined : answers(JSON.parse(line));
      if (bytes !== undefined) process.stdout.write(Buffer.concat([bytes, Buffer.from('\n')]));
    }
  });
}
