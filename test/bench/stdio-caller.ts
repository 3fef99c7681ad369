import { spawn } from 'node:child_process';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';

export interface StdioCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** One client that speaks stdio with a process of its own, one request at a time. */
export interface StdioCaller extends AsyncDisposable {
  /** Calls a tool, checks that its token came back, and tells how long it took, in ms. */
  call(tool: string): Promise<number>;
  ask(method: string, params: unknown): Promise<unknown>;
  tell(method: string): void;
}

/** Starts the process; it must answer line by line (MCP, stdio). */
export function startStdioCaller({ command, args, env }: StdioCommand): StdioCaller {
  const child = spawn(command, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    ...(env === undefined ? {} : { env: { PATH: process.env.PATH ?? '', ...env } }),
  });
  let answered: (line: string) => void = () => {};
  createInterface({ input: child.stdout }).on('line', (line) => answered(line));
  let id = 0;

  function send(line: string): Promise<string> {
    return new Promise((resolve) => {
      answered = resolve;
      child.stdin.write(line);
    });
  }

  function request(method: string, params: unknown): string {
    return `${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`;
  }

  return {
    async call(tool) {
      const token = `t${id}`;
      const line = request('tools/call', { name: tool, arguments: { token } });
      const started = performance.now();
      const answer = await send(line);
      const taken = performance.now() - started;
      if (!answer.includes(token)) throw new Error('a wrong answer came');
      return taken;
    },
    async ask(method, params) {
      const message = JSON.parse(await send(request(method, params))) as { result?: unknown };
      if (message.result === undefined) throw new Error(`${method} was answered with no result`);
      return message.result;
    },
    tell(method) {
      child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method })}\n`);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
    },
  };
}
