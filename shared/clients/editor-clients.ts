import type { FileClient } from './definition.ts';
import { everywhere, inHome, PLAIN_BRIDGE, userFolder } from './place-helpers.ts';

function vscode(id: string, title: string, product: string): FileClient {
  return {
    kind: 'file',
    id,
    title,
    format: 'jsonc',
    places: userFolder(product, 'mcp.json', ''),
    select: 'first',
    containers: [['servers']],
    layout: 'map',
    // Variables: VS Code "MCP configuration reference"; `${input:id}` would need an `inputs` entry, which is not ours.
    http: {
      fixed: { type: 'http' },
      urlKey: 'url',
      headersPath: ['headers'],
      env: { open: '${env:', close: '}' },
    },
    bridge: { ...PLAIN_BRIDGE, fixed: { type: 'stdio' } },
    prefer: 'http',
    restart: 'none',
    confidence: 'A',
    notes: ['VS Code asks once whether it may start a new server.'],
  };
}

const CLINE_STORAGE = '/globalStorage/saoudrizwan.claude-dev';
const CLINE_FILE = 'globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json';
const CLINE_HOSTS = ['Code', 'Code - Insiders', 'Cursor'].map((host) =>
  userFolder(host, CLINE_FILE, CLINE_STORAGE),
);

const CLINE_ENTRY = {
  format: 'json',
  containers: [['mcpServers']],
  layout: 'map',
  http: {
    fixed: { type: 'streamableHttp' },
    urlKey: 'url',
    headersPath: ['headers'],
    after: { disabled: false },
  },
  bridge: { ...PLAIN_BRIDGE, after: { disabled: false } },
  prefer: 'http',
  restart: 'none',
} as const;

/** VS Code and the extension that lives in it. Paths, keys and confidence: the clients page of the design documents. */
export const EDITOR_CLIENTS: readonly FileClient[] = [
  vscode('vscode', 'VS Code', 'Code'),
  vscode('vscode-insiders', 'VS Code Insiders', 'Code - Insiders'),
  {
    ...CLINE_ENTRY,
    kind: 'file',
    id: 'cline',
    title: 'Cline',
    places: {
      darwin: CLINE_HOSTS.flatMap((host) => host.darwin),
      win32: CLINE_HOSTS.flatMap((host) => host.win32),
      linux: CLINE_HOSTS.flatMap((host) => host.linux),
    },
    select: 'each',
    confidence: 'A',
    notes: [],
  },
  {
    ...CLINE_ENTRY,
    kind: 'file',
    id: 'cline-cli',
    title: 'Cline CLI',
    places: everywhere(
      { base: { env: 'CLINE_DIR' }, file: 'data/settings/cline_mcp_settings.json', marker: '' },
      inHome('.cline/data/settings/cline_mcp_settings.json', '.cline'),
    ),
    select: 'first',
    confidence: 'C',
    notes: [],
  },
];
