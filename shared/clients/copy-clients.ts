import type { CopyClient } from './definition.ts';
import { PLAIN_BRIDGE } from './place-helpers.ts';

/** Clients that are set up in their own window: text to copy, three sentences. */
export const COPY_CLIENTS: readonly CopyClient[] = [
  {
    kind: 'copy',
    id: 'jetbrains',
    title: 'JetBrains AI Assistant',
    format: 'json',
    containers: [['mcpServers']],
    layout: 'map',
    http: { urlKey: 'url', headersPath: ['headers'] },
    bridge: PLAIN_BRIDGE,
    // Whether pasted headers are sent is not known from a second source.
    prefer: 'bridge',
    restart: 'none',
    confidence: 'C',
    notes: [],
    steps: [
      'Open Settings, Tools, AI Assistant, Model Context Protocol.',
      'Press Add and choose "As JSON".',
      'Paste the text, press OK, then Apply.',
    ],
  },
  {
    kind: 'copy',
    id: 'junie',
    title: 'Junie',
    format: 'json',
    containers: [['mcpServers']],
    layout: 'map',
    bridge: PLAIN_BRIDGE,
    prefer: 'bridge',
    restart: 'none',
    confidence: 'C',
    notes: [],
    steps: ['Open Settings, Tools, Junie, MCP Settings.', 'Press Add.', 'Paste the text and save the file.'],
  },
  {
    kind: 'copy',
    id: 'other',
    title: 'Another client',
    format: 'json',
    containers: [['mcpServers']],
    layout: 'map',
    http: { fixed: { type: 'http' }, urlKey: 'url', headersPath: ['headers'] },
    bridge: PLAIN_BRIDGE,
    prefer: 'http',
    restart: 'restart',
    confidence: 'C',
    notes: [],
    steps: [
      'Open the MCP settings of the client.',
      'Add the text below, or only its inner part when other servers are already there.',
      'Restart the client if the tools do not appear.',
    ],
  },
];
