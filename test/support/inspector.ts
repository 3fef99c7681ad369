import { fileURLToPath } from 'node:url';
import { runScript } from './processes.ts';
import { createTempDir } from './temp-dir.ts';

const LAUNCHER = fileURLToPath(
  new URL(
    '../../node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js',
    import.meta.url,
  ),
);

/** What the Inspector's command line answered. */
export interface InspectorAnswer {
  readonly code: number | null;
  // biome-ignore lint/suspicious/noExplicitAny: the answer of any method; a test fails when it has another shape
  readonly json: any;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs the MCP Inspector's command line (an MCP client that we did not write) once against a URL.
 * @param args For example `['--method', 'tools/list']`, `['--method', 'tools/call', '--tool-name', 'echo',
 *   '--tool-args-json', '{"message":"a"}']`, `['--header', 'X-A: 1']`, `['--protocol-era', 'auto']`.
 */
export async function runInspectorCli(url: string, args: readonly string[]): Promise<InspectorAnswer> {
  // Its catalog and tokens live in the home directory; a test must neither see nor touch the person's own.
  await using home = await createTempDir();
  const all = ['--cli', '--transport', 'http', '--server-url', url, '--format', 'json', '--quiet', ...args];
  const { code, stdout, stderr } = await runScript(LAUNCHER, [...all, '--stored-auth-only'], {
    env: { HOME: home.path, USERPROFILE: home.path },
    stdin: '',
  });
  return { code, json: stdout.trim() === '' ? undefined : JSON.parse(stdout), stdout, stderr };
}
