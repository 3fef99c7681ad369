import { COPY_CLIENTS } from './copy-clients.ts';
import type { ClientDefinition } from './definition.ts';
import { DESKTOP_CLIENTS } from './desktop-clients.ts';
import { EDITOR_CLIENTS } from './editor-clients.ts';
import { FURTHER_CLIENTS } from './further-clients.ts';
import { TERMINAL_CLIENTS } from './terminal-clients.ts';

/** Every client that we know, in the order in which lists show them. */
export const CLIENTS: readonly ClientDefinition[] = [
  ...DESKTOP_CLIENTS,
  ...EDITOR_CLIENTS,
  ...TERMINAL_CLIENTS,
  ...FURTHER_CLIENTS,
  ...COPY_CLIENTS,
];

/** The definition with this id, or undefined. Ids are compared exactly. */
export function findClient(id: string): ClientDefinition | undefined {
  return CLIENTS.find((client) => client.id === id);
}
