// The time of a new user: Cursor is there with one server of its own; three commands later it calls that server
// through the gateway. Prints one line of JSON; exit code 1 when the call fails or a minute is not enough.
//   node test/figures/first-call.ts [PROGRAM]        PROGRAM: bin/patchbay.mjs by default
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { freePort } from '../support/free-port.ts';
import { runScript, startScript } from '../support/processes.ts';
import { createTempDir } from '../support/temp-dir.ts';

const ROOT = join(import.meta.dirname, '../..');
const LIMIT_MS = 60_000;
const SERVER = join(ROOT, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js');
const program = resolve(process.argv[2] ?? join(ROOT, 'bin/patchbay.mjs'));

await using home = await createTempDir('patchbay-first-call-');
const cursor = home.file('.cursor', 'mcp.json');
await mkdir(home.file('.cursor'));
const before = { mcpServers: { everything: { command: process.execPath, args: [SERVER, 'stdio'] } } };
await writeFile(cursor, JSON.stringify(before, null, 2));
// A user has the usual port; here another gateway may hold it.
await mkdir(home.file('.config', 'patchbay'), { recursive: true, mode: 0o700 });
const settings = { version: 1, gateway: { port: await freePort() } };
await writeFile(home.file('.config', 'patchbay', 'config.json'), JSON.stringify(settings), { mode: 0o600 });

const env = { HOME: home.path };
const began = performance.now();
const steps: { step: string; ms: number }[] = [];
await step('patchbay import --client cursor --select everything', () =>
  run(['import', '--client', 'cursor', '--select', 'everything']),
);
await step('patchbay connect cursor --yes', () => run(['connect', 'cursor', '--yes']));
await using gateway = await step('patchbay serve', () => startScript(program, ['serve', '--json'], { env }));
const answer = await step('the first call', () => firstCall());
const totalMs = Math.round(performance.now() - began);
const ok = answer === 'Echo: hello' && totalMs < LIMIT_MS && gateway.ready.url.endsWith('/mcp');
process.stdout.write(
  `${JSON.stringify({ figure: 'first-call', commands: 3, answer, totalMs, limitMs: LIMIT_MS, ok, steps })}\n`,
);
process.exitCode = ok ? 0 : 1;

async function step<T>(name: string, action: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const value = await action();
  steps.push({ step: name, ms: Math.round(performance.now() - start) });
  return value;
}

async function run(args: string[]): Promise<void> {
  const { code, stderr } = await runScript(program, args, { env });
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** What Cursor does: it takes address and headers from its own file. */
async function firstCall(): Promise<string> {
  const { url, headers } = JSON.parse(await readFile(cursor, 'utf8')).mcpServers.patchbay;
  const client = new Client({ name: 'cursor', version: '1' });
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport as Transport);
  const tools = await client.listTools();
  const name = tools.tools.find((tool) => tool.name === 'everything_echo')?.name ?? 'everything_echo';
  const result = await client.callTool({ name, arguments: { message: 'hello' } });
  await client.close();
  const [first] = result.content as { text?: string }[];
  return first?.text ?? '';
}
