import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { BackendConfig, StdioBackendConfig } from '../../shared/config/backend-schema.ts';
import { readConfigFile } from '../config/read-file.ts';
import { writeFileWhole } from '../config/write-file.ts';

/**
 * Which commands may be started. An approval is given to the content of a command, never to its name (MCPoison,
 * threats.md 1.8): any change asks again.
 */
export interface Approvals {
  mayStart(backend: string, config: BackendConfig): boolean;
  /** The command came through a window or an import and waits until a person has read it. */
  hold(backend: string, config: BackendConfig): Promise<void>;
  /** A person has read and allowed the command with this digest. Rejects with the system's error; nothing holds then. */
  approve(digest: string): Promise<void>;
}

export interface ApprovalOptions {
  /**
   * True for a host without a window: what the user wrote into the config file is approved by that, and only what
   * came through the control API waits. False: nothing starts that nobody approved on the screen.
   */
  readonly trustFile: boolean;
  /** Where the digests are kept, mode 0600; absent: in memory, for this run. */
  readonly path?: string;
}

const stored = z.object({
  version: z.literal(1),
  approved: z.array(z.string().max(64)).max(10_000),
  waiting: z.array(z.string().max(64)).max(10_000),
});

/** Digests kept per list; the oldest go first. */
const KEPT = 1_000;

/** Where approvals are kept: beside the config file whose commands they are about. */
export function approvalsPath(configPath: string): string {
  return `${configPath}.approvals`;
}

/** Names one command by its content: program, arguments, folder, variables and where they come from. */
export function commandDigest(backend: string, config: StdioBackendConfig): string {
  const { command, args, cwd, env, secretEnv, envFromHeaders } = config;
  const content = [backend, command, args, cwd ?? null, [...env], secretEnv, [...envFromHeaders]];
  return createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 40);
}

/** Opens the kept approvals. A file that cannot be read approves nothing, the user's own entries included. */
export async function openApprovals({ trustFile, path }: ApprovalOptions): Promise<Approvals> {
  const kept = path === undefined ? NOTHING : await read(path);
  const approved = new Set(kept?.approved);
  const waiting = new Set(kept?.waiting);
  const trusted = trustFile && kept !== undefined;

  async function save(): Promise<void> {
    if (path === undefined) return;
    const state = { version: 1, approved: [...approved].slice(-KEPT), waiting: [...waiting].slice(-KEPT) };
    await writeFileWhole(path, `${JSON.stringify(state)}\n`);
  }

  return {
    mayStart(backend, config) {
      if (config.type !== 'stdio') return true;
      const digest = commandDigest(backend, config);
      return approved.has(digest) || (trusted && !waiting.has(digest));
    },
    async hold(backend, config) {
      if (config.type !== 'stdio') return;
      const digest = commandDigest(backend, config);
      if (approved.has(digest) || waiting.has(digest)) return;
      waiting.add(digest);
      await save();
    },
    async approve(digest) {
      approved.add(digest);
      waiting.delete(digest);
      try {
        await save();
      } catch (error) {
        approved.delete(digest);
        waiting.add(digest);
        throw error;
      }
    },
  };
}

const NOTHING: z.output<typeof stored> = { version: 1, approved: [], waiting: [] };

async function read(path: string): Promise<z.output<typeof stored> | undefined> {
  const found = await readConfigFile(path);
  if (found.state === 'missing') return NOTHING;
  if (found.state === 'refused') return undefined;
  try {
    return stored.parse(JSON.parse(found.bytes.toString('utf8')));
  } catch {
    return undefined;
  }
}
