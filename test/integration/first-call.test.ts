import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createCliHome } from '../support/cli.ts';
import { freePort } from '../support/free-port.ts';
import { startScript } from '../support/processes.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'electron/headless/main.ts');
const INSPECTOR = join(ROOT, 'node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js');

test("a new user's way is three commands: import, connect, serve, and the client calls its own server", async () => {
  const figure = run(process.execPath, [join(ROOT, 'test/figures/first-call.ts'), MAIN]);
  // It fails where a minute is not enough; that is the figure's matter, and a busy machine's.
  const { stdout } = await figure.catch((error: { stdout: string }) => error);
  expect(JSON.parse(stdout)).toMatchObject({ commands: 3, answer: 'Echo: hello' });
}, 90_000);

test('the Inspector, given the file that was written for Claude Desktop, makes the call over the bridge', async () => {
  await using home = await createCliHome();
  const file = home.file('.config/Claude/claude_desktop_config.json');
  await mkdir(home.file('.config/Claude'), { recursive: true });
  await home.writeConfig({ gateway: { port: await freePort() } });
  const connected = await home.patchbay('connect', 'claude-desktop', '--yes');
  expect(connected).toMatchObject({ code: 0 });
  const serve = ['serve', '--json', '--demo', '--config', home.config];
  await using _gateway = await startScript(MAIN, serve, { env: { HOME: home.path } });
  const call = ['--method', 'tools/call', '--tool-name', 'echo_echo', '--tool-arg', 'message=hello'];
  const args = [INSPECTOR, '--cli', '--config', file, '--server', 'patchbay', ...call];
  const env = { HOME: home.path, PATH: process.env.PATH ?? '' };
  const { stdout } = await run(process.execPath, args, { env });
  expect(JSON.parse(stdout)).toMatchObject({ content: [{ type: 'text', text: 'hello' }] });
  expect(await readFile(file, 'utf8')).toContain('PATCHBAY_TOKEN');
}, 90_000);
