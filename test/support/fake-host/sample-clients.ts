import type { CallValue } from '../../../shared/control/contract.ts';

export type ClientLine = CallValue<'clients.detect'>['clients'][number];

function line(
  client: string,
  title: string,
  path: string,
  more: Partial<ClientLine> & { connected?: boolean; status?: 'absent' | 'readable' | 'faulty' } = {},
): ClientLine {
  const { connected = false, status = 'readable', ...rest } = more;
  return {
    client,
    title,
    installed: 'yes',
    files: [{ path, status, connected, problems: [] }],
    abilities: { connectsBy: 'http', headers: 'yes', restartNeeded: false, notes: [] },
    ...rest,
  };
}

/** AI clients as they might be found on a developer's machine. */
export function sampleClients(now: number): ClientLine[] {
  return [
    line('claude-code', 'Claude Code', '/home/ada/.claude.json', {
      connected: true,
      lastCallAt: now - 65_000,
    }),
    line('cursor', 'Cursor', '/home/ada/.cursor/mcp.json', { connected: true, lastCallAt: now - 4_000 }),
    line('vscode', 'Visual Studio Code', '/home/ada/.config/Code/User/mcp.json'),
    line('claude-desktop', 'Claude Desktop', '/home/ada/.config/Claude/claude_desktop_config.json', {
      abilities: {
        connectsBy: 'bridge',
        headers: 'environment',
        restartNeeded: true,
        notes: ['It starts servers as processes, so it connects through our bridge.'],
      },
    }),
    line('codex', 'Codex CLI', '/home/ada/.codex/config.toml', {
      abilities: { connectsBy: 'http', headers: 'environment', restartNeeded: true, notes: [] },
    }),
    line('zed', 'Zed', '/home/ada/.config/zed/settings.json', { installed: 'no', status: 'absent' }),
    line('jetbrains', 'JetBrains AI Assistant', '', {
      installed: 'unknown',
      files: [],
      abilities: {
        connectsBy: 'copy',
        headers: 'unknown',
        restartNeeded: false,
        notes: ['It keeps its servers in the IDE, so the entry is pasted by hand.'],
      },
    }),
  ];
}
