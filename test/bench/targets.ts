import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startScript } from '../support/processes.ts';
import { createTempDir } from '../support/temp-dir.ts';
import type { Endpoint } from './caller.ts';

/** Something that callers can call: the backend itself, the proxy, or a gateway. */
export interface Target extends AsyncDisposable {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** The process between caller and backend; none for the direct way. */
  readonly pid: number | undefined;
}

export interface Backends extends AsyncDisposable {
  readonly urls: readonly string[];
}

const scripts = join(import.meta.dirname, 'processes');

/** Starts so many backends in one process. */
export async function startBackends(
  count: number,
  tools: number,
  answers: 'json' | 'sse' = 'json',
): Promise<Backends> {
  const running = await startScript(join(scripts, 'backend.ts'), [String(count), String(tools), answers]);
  return {
    urls: running.ready.urls as string[],
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** The caller's own header that is captured: the same on every way, so that each carries the same bytes. */
const TENANT = { 'X-Bench-Tenant': 'measured' };

/** No gateway. */
export function direct(url: string): Target {
  return {
    name: 'direct',
    endpoint: { url, headers: TENANT },
    pid: undefined,
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** The physical limit. */
export async function startBareProxy(urls: readonly string[]): Promise<Target> {
  const running = await startScript(join(scripts, 'bare-proxy.ts'), [...urls]);
  return {
    name: 'bare proxy',
    endpoint: { url: running.ready.url, headers: TENANT },
    pid: running.pid,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** The physical limit of a stdio backend behind HTTP; in the tables it stands for the proxy. */
export async function startBareBridge(): Promise<Target> {
  const { command, args } = STDIO_BACKEND;
  const running = await startScript(join(scripts, 'bare-bridge.ts'), [command, ...args]);
  return {
    name: 'bare proxy',
    endpoint: { url: running.ready.url, headers: TENANT },
    pid: running.pid,
    [Symbol.asyncDispose]: () => running[Symbol.asyncDispose](),
  };
}

/** A gateway of this build: folder with `patchbay.js`, and what the table calls it. */
export interface Build {
  readonly name: string;
  readonly folder: string;
}

/** Its stdio backend: one tool. */
export const STDIO_BACKEND = {
  type: 'stdio',
  command: process.execPath,
  args: [join(scripts, 'backend.ts'), '--stdio', '1'],
};

/** One entry of the configuration for each address. */
export function httpBackends(urls: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(urls.map((url, at) => [`b${at}`, { type: 'http', url }]));
}

/**
 * Starts the built gateway with everything on that a user has on: a client's token, an allowlisted header that is
 * captured, prefixed names, the list of activity.
 */
export async function startGateway(build: Build, backends: Record<string, unknown>): Promise<Target> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await createTempDir('patchbay-bench-'));
  const token = `pb_${randomBytes(32).toString('base64url')}`;
  const sha256 = createHash('sha256').update(token).digest('hex');
  const path = folder.file('config.json');
  const config = {
    version: 1,
    gateway: { auth: { mode: 'local', tokens: [{ client: 'bench', sha256 }] } },
    passthroughHeaders: ['X-Bench-Tenant'],
    backends,
  };
  await writeFile(path, JSON.stringify(config), { mode: 0o600 });
  const script = join(build.folder, 'patchbay.js');
  const running = await startScript(script, ['serve', '--json', '--port', '0', '--config', path], {
    env: { HOME: folder.path },
  });
  const resources = stack.move();
  return {
    name: build.name,
    endpoint: { url: running.ready.url, headers: { ...TENANT, Authorization: `Bearer ${token}` } },
    pid: running.pid,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]();
      await resources.disposeAsync();
    },
  };
}
