import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { answerOf, createCatalog, type Handler } from './catalog.ts';
import { type Conversation, createQuestions } from './conversation.ts';
import { messageText, RpcFailure, readMessage } from './rpc-message.ts';
import type { StdioBackendOptions } from './stdio-command.ts';
import { stdioTools } from './stdio-tools.ts';

// A runnable MCP server over stdio: `node stdio-backend.ts '{"banner":"hello"}'`.
const options = JSON.parse(process.argv[2] ?? '{}') as StdioBackendOptions;

const noList: Handler = () => {
  throw new RpcFailure(-32601, 'Method not found');
};
const LISTS = ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list'];

async function main(): Promise<void> {
  if (options.exitAtStart !== undefined) process.exit(options.exitAtStart);
  if (options.ignoreSigterm) process.on('SIGTERM', () => undefined);
  if (options.stderr !== undefined) process.stderr.write(options.stderr);
  if (options.banner !== undefined) process.stdout.write(`${options.banner}\n`);
  const child = options.withChild
    ? spawn(process.execPath, ['-e', 'setTimeout(() => {}, 120_000)'], { stdio: 'ignore' })
    : undefined;
  if (options.slowStartMs !== undefined) await wait(options.slowStartMs);
  const catalog = createCatalog({
    serverInfo: { name: options.serverName ?? 'stdio-backend', version: '1.0.0' },
    toolHandlers: stdioTools(child?.pid),
    handlers: options.noList ? Object.fromEntries(LISTS.map((method) => [method, noList])) : {},
  });
  const questions = createQuestions();
  const send = (text: string): void => void process.stdout.write(`${text}\n`);
  const conversation: Conversation = {
    notify: (method, params) => send(messageText(method, params)),
    ask: (method, params) => questions.ask(send, method, params),
  };
  let initialized = false;
  const input = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
  input.on('line', (line) => {
    const message = readMessage(line);
    if (!message) return;
    if (message.method === 'initialize') initialized = true;
    if (options.strictStart && !initialized) process.exit(4);
    if (message.method === undefined) questions.settle(message);
    else if (message.idText !== undefined) void answerOf(catalog, message, conversation).then(send);
  });
  if (options.ignoreStdinEnd) setInterval(() => undefined, 1000);
  else if (child) input.once('close', () => child.unref());
}

await main();
