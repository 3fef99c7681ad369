import type { FileClient, FilePlace } from './definition.ts';
import { everywhere, inHome, PLAIN_BRIDGE } from './place-helpers.ts';

/** The `.jsonc` file shadows the `.json` one, so it is looked for first. */
function opencodePlaces(): readonly FilePlace[] {
  return [
    { base: 'xdg-config', file: 'opencode/opencode.jsonc', marker: 'opencode', existingOnly: true },
    { base: 'xdg-config', file: 'opencode/opencode.json', marker: 'opencode' },
  ];
}

/** Clients of the command line. Paths, keys and confidence: the clients page of the design documents. */
export const TERMINAL_CLIENTS: readonly FileClient[] = [
  {
    kind: 'file',
    id: 'claude-code',
    title: 'Claude Code',
    format: 'json',
    places: everywhere(
      { base: { env: 'CLAUDE_CONFIG_DIR' }, file: '.claude.json', marker: '' },
      inHome('.claude.json', '.claude'),
    ),
    select: 'first',
    containers: [['mcpServers']],
    layout: 'map',
    // An unset variable without a default makes Claude Code refuse the entry; an empty header counts as absent.
    http: {
      fixed: { type: 'http' },
      urlKey: 'url',
      headersPath: ['headers'],
      env: { open: '${', close: ':-}' },
    },
    bridge: { ...PLAIN_BRIDGE, fixed: { type: 'stdio' } },
    prefer: 'http',
    restart: 'restart',
    confidence: 'A',
    notes: ['Claude Code rewrites this file often; close its sessions if the file keeps changing.'],
  },
  {
    kind: 'file',
    id: 'codex',
    title: 'Codex',
    format: 'toml',
    places: everywhere(
      { base: { env: 'CODEX_HOME' }, file: 'config.toml', marker: '' },
      inHome('.codex/config.toml', '.codex'),
    ),
    select: 'first',
    containers: [['mcp_servers']],
    layout: 'map',
    // A key called `headers` is ignored by Codex.
    http: { urlKey: 'url', headersPath: ['http_headers'], env: { mapKey: 'env_http_headers' } },
    bridge: PLAIN_BRIDGE,
    prefer: 'http',
    restart: 'restart',
    confidence: 'A',
    notes: [],
  },
  {
    kind: 'file',
    id: 'gemini-cli',
    title: 'Gemini CLI',
    format: 'jsonc',
    // Other programs share ~/.gemini, so the folder alone does not prove an install.
    places: everywhere({ ...inHome('.gemini/settings.json', '.gemini'), existingOnly: true }),
    select: 'first',
    containers: [['mcpServers']],
    layout: 'map',
    // `url` would mean server-sent events here.
    http: { urlKey: 'httpUrl', headersPath: ['headers'], env: { open: '${', close: '}' } },
    bridge: PLAIN_BRIDGE,
    prefer: 'http',
    restart: 'restart',
    confidence: 'A',
    notes: [],
  },
  {
    kind: 'file',
    id: 'goose',
    title: 'Goose',
    format: 'yaml',
    places: {
      darwin: [{ base: 'xdg-config', file: 'goose/config.yaml', marker: 'goose' }],
      win32: [{ base: 'roaming', file: 'Block/goose/config/config.yaml', marker: 'Block/goose/config' }],
      linux: [{ base: 'xdg-config', file: 'goose/config.yaml', marker: 'goose' }],
    },
    select: 'first',
    containers: [['extensions']],
    layout: 'map',
    nameKey: 'name',
    http: {
      fixed: { enabled: true, type: 'streamable_http' },
      urlKey: 'uri',
      headersPath: ['headers'],
      after: { timeout: 300, description: 'All MCP servers behind Patchbay' },
    },
    bridge: {
      fixed: { enabled: true, type: 'stdio' },
      commandKey: 'cmd',
      argsKey: 'args',
      envKey: 'envs',
      after: { timeout: 300, description: 'All MCP servers behind Patchbay' },
    },
    prefer: 'http',
    restart: 'restart',
    confidence: 'B',
    notes: [],
  },
  {
    kind: 'file',
    id: 'opencode',
    title: 'opencode',
    format: 'jsonc',
    places: {
      darwin: opencodePlaces(),
      win32: [
        ...opencodePlaces(),
        { base: 'local', file: 'opencode/opencode.json', marker: 'opencode', existingOnly: true },
      ],
      linux: opencodePlaces(),
    },
    select: 'first',
    // Version 2 of the file keeps the entries one level deeper; only a file that has that level gets it.
    containers: [['mcp', 'servers'], ['mcp']],
    layout: 'map',
    http: {
      fixed: { type: 'remote' },
      urlKey: 'url',
      headersPath: ['headers'],
      after: { enabled: true },
      env: { open: '{env:', close: '}' },
    },
    bridge: {
      fixed: { type: 'local' },
      commandKey: 'command',
      argsKey: 'joined',
      envKey: 'environment',
      after: { enabled: true },
    },
    prefer: 'http',
    restart: 'restart',
    confidence: 'B',
    notes: [],
  },
];
