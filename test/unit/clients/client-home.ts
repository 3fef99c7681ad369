import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ClientHost } from '../../../electron/clients/host.ts';
import type { ConnectRequest } from '../../../electron/clients/preview.ts';
import type { Platform } from '../../../shared/clients/definition.ts';

export const URL_OF_OURS = 'http://127.0.0.1:4780/mcp';
export const TOKEN = 'pb_0123456789abcdef';
export const BRIDGE = { command: '/opt/patchbay/patchbay-bridge', args: ['bridge'] };

/** A machine of one system in a temporary folder; disposing it removes the folder. */
export async function makeHome(
  platform: Platform,
  env: Readonly<Record<string, string>> = {},
): Promise<ClientHost & AsyncDisposable> {
  const root = await mkdtemp(join(tmpdir(), 'patchbay-clients-'));
  const home = join(root, 'home');
  return {
    platform,
    home,
    env,
    stateDirectory: join(root, 'state'),
    now: () => new Date('2026-01-02T03:04:05Z'),
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
    },
  };
}

/**
 * A client's file before and after connecting. Kept as plain text: formatters would "repair" what these files are about.
 */
export function fixture(client: string, platform: Platform, step: 'before' | 'after'): string {
  return join(import.meta.dirname, '../../fixtures/clients', client, `${platform}.${step}.txt`);
}

/** Where each client's file stands below the home folder; written out here, apart from the code's own table. */
export const FILES: Readonly<Record<string, Readonly<Record<Platform, string>>>> = {
  'claude-desktop': {
    darwin: 'Library/Application Support/Claude/claude_desktop_config.json',
    win32: 'AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude/claude_desktop_config.json',
    linux: '.config/Claude/claude_desktop_config.json',
  },
  'claude-code': same('.claude.json'),
  cursor: same('.cursor/mcp.json'),
  vscode: userFolder('Code', 'mcp.json'),
  'vscode-insiders': userFolder('Code - Insiders', 'mcp.json'),
  windsurf: same('.codeium/windsurf/mcp_config.json'),
  zed: {
    darwin: '.config/zed/settings.json',
    win32: 'AppData/Roaming/Zed/settings.json',
    linux: '.config/zed/settings.json',
  },
  cline: userFolder('Code', 'globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json'),
  'cline-cli': same('.cline/data/settings/cline_mcp_settings.json'),
  codex: same('.codex/config.toml'),
  'gemini-cli': same('.gemini/settings.json'),
  'lm-studio': same('.lmstudio/mcp.json'),
  goose: {
    darwin: '.config/goose/config.yaml',
    win32: 'AppData/Roaming/Block/goose/config/config.yaml',
    linux: '.config/goose/config.yaml',
  },
  opencode: {
    darwin: '.config/opencode/opencode.json',
    win32: '.config/opencode/opencode.json',
    linux: '.config/opencode/opencode.jsonc',
  },
  continue: same('.continue/config.yaml'),
  kiro: same('.kiro/settings/mcp.json'),
  amp: {
    darwin: '.config/amp/settings.json',
    win32: 'AppData/Roaming/amp/settings.json',
    linux: '.config/amp/settings.json',
  },
  'copilot-cli': same('.copilot/mcp-config.json'),
  warp: same('.warp/.mcp.json'),
};

export const PLATFORMS: readonly Platform[] = ['darwin', 'win32', 'linux'];

/** The extension of a client's file. */
export function extensionOf(client: string): string {
  const file = FILES[client]?.darwin ?? '';
  return file.slice(file.lastIndexOf('.') + 1);
}

function same(file: string): Readonly<Record<Platform, string>> {
  return { darwin: file, win32: file, linux: file };
}

function userFolder(product: string, file: string): Readonly<Record<Platform, string>> {
  return {
    darwin: `Library/Application Support/${product}/User/${file}`,
    win32: `AppData/Roaming/${product}/User/${file}`,
    linux: `.config/${product}/User/${file}`,
  };
}

/** The request that most tests make. */
export const CURSOR: ConnectRequest = { clientId: 'cursor', url: URL_OF_OURS };
export const createToken = async (): Promise<string> => TOKEN;
export const VALID = '{\n  "mcpServers": {}\n}\n';

/** A Linux machine with Cursor on it, and its file when a content is given. */
export async function cursorHome(content?: string | Buffer) {
  const host: ClientHost & AsyncDisposable = await makeHome('linux');
  const path = join(host.home, '.cursor/mcp.json');
  await mkdir(dirname(path), { recursive: true });
  if (content !== undefined) await writeFile(path, content);
  return { host, path };
}
