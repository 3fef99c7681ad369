import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'vite';
import { expect, test } from 'vitest';
import { applyConnect } from '../../electron/clients/apply.ts';
import type { ClientHost } from '../../electron/clients/host.ts';
import { previewConnect } from '../../electron/clients/preview.ts';
import { undoConnect } from '../../electron/clients/undo.ts';

const KILLS = 200;
const LANES = 2;
const TOKEN = 'pb_crash';
const WRITER = join(import.meta.dirname, 'clients-crash-writer.ts');

interface Lane {
  readonly writer: string;
  readonly host: ClientHost;
  readonly path: string;
  readonly old: string;
  readonly fresh: string;
  /** How long connecting and undoing takes, in milliseconds: the span over which the kills are spread. */
  readonly round: number;
}

/** A file of some size, so that a write takes long enough to be hit. */
function original(): string {
  const servers = Array.from(
    { length: 800 },
    (_, index) => `    "server-${index}": { "command": "c${index}" }`,
  );
  return `{\n  // kept\n  "mcpServers": {\n${servers.join(',\n')}\n  }\n}\n`;
}

async function connect(host: ClientHost): Promise<void> {
  const preview = await previewConnect(host, { clientId: 'cursor', url: 'http://127.0.0.1:4780/mcp' });
  if (!preview.ok) throw new Error(preview.problem.message);
  expect(await applyConnect(host, preview.value, { createToken: async () => TOKEN })).toMatchObject({
    problems: [],
  });
}

/** The writer as one file: it is started 200 times, and most of a start from source goes into reading the sources. */
async function bundleWriter(folder: string): Promise<string> {
  await build({
    configFile: false,
    logLevel: 'silent',
    publicDir: false,
    ssr: { noExternal: true, target: 'node' },
    build: { ssr: WRITER, outDir: folder, target: 'node24' },
  });
  return join(folder, 'clients-crash-writer.js');
}

async function makeLane(root: string, writer: string): Promise<Lane> {
  const home = join(root, 'home');
  const path = join(home, '.cursor/mcp.json');
  const host: ClientHost = {
    platform: 'linux',
    home,
    env: {},
    stateDirectory: join(root, 'state'),
    now: () => new Date(),
  };
  const old = original();
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, old);
  const start = performance.now();
  await connect(host);
  const fresh = await readFile(path, 'utf8');
  expect(await undoConnect(host, 'cursor')).toMatchObject({ undone: [{ how: 'restored' }] });
  return { writer, host, path, old, fresh, round: performance.now() - start };
}

/** Lets a process write until a random moment; the moment is what is random here, nothing is waited for. */
async function killOnce({ writer, host, round }: Lane): Promise<void> {
  const child = spawn(process.execPath, [writer, host.home, host.stateDirectory, 'cursor', TOKEN], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), ended]);
  await wait(Math.random() * round * 2);
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
}

test(`killed at ${KILLS} random moments, a client's file is the old or the new one, and undo still works`, async () => {
  const root = await mkdtemp(join(tmpdir(), 'patchbay-crash-'));
  const writer = await bundleWriter(join(root, 'writer'));
  const seen = { old: 0, new: 0, temporaries: 0 };
  async function runLane(index: number): Promise<void> {
    const lane = await makeLane(join(root, String(index)), writer);
    for (let count = 0; count < KILLS / LANES; count++) {
      await killOnce(lane);
      const text = await readFile(lane.path, 'utf8');
      expect(text === lane.old || text === lane.fresh, `${text.length} characters`).toBe(true);
      seen[text === lane.old ? 'old' : 'new']++;
      const folders = [dirname(lane.path), join(lane.host.stateDirectory, 'client-edits/cursor')];
      const names = (await Promise.all(folders.map((folder) => readdir(folder).catch(() => [])))).flat();
      if (names.some((name) => name.endsWith('.tmp'))) seen.temporaries++;
      const undone = await undoConnect(lane.host, 'cursor');
      expect(undone.problems.every((problem) => problem.reason === 'nothing-to-undo')).toBe(true);
      expect(await readFile(lane.path, 'utf8')).toBe(lane.old);
    }
    // The copies that a killed process leaves are private and cleared once they are old; here they only pile up.
    await rm(join(root, String(index)), { recursive: true, force: true });
  }
  await Promise.all(Array.from({ length: LANES }, (_, index) => runLane(index)));
  // The kills really fell into writes: both files were seen, and temporary ones were left behind.
  expect(Math.min(seen.old, seen.new, seen.temporaries), JSON.stringify(seen)).toBeGreaterThan(0);
  await rm(root, { recursive: true, force: true });
}, 300_000);
