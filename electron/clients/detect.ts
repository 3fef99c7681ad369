import { CLIENTS } from '../../shared/clients/catalogue.ts';
import { type ClientProblem, refuse } from '../../shared/clients/codes.ts';
import {
  type Abilities,
  abilitiesOf,
  type ClientDefinition,
  type Confidence,
  type FileClient,
} from '../../shared/clients/definition.ts';
import { isOurEntry, pointsAt } from '../../shared/clients/recognise.ts';
import { errorCode, readClientText } from './client-text.ts';
import { readEntries } from './entry-text.ts';
import type { ClientHost } from './host.ts';
import { type ClientFile, locateFiles } from './places.ts';
import { DEFAULT_ENTRY_NAME } from './preview.ts';

/**
 * `connected`: an entry leads to this endpoint; `elsewhere`: our entry is there but leads to another address;
 * `unreadable`: the file could not be read, see `problem`.
 */
export type Connection = 'connected' | 'elsewhere' | 'not-connected' | 'unreadable';

export interface ClientStatus {
  readonly id: string;
  readonly title: string;
  readonly kind: ClientDefinition['kind'];
  readonly installed: boolean;
  readonly files: readonly {
    readonly path: string;
    readonly exists: boolean;
    readonly connection: Connection;
  }[];
  readonly connection: Connection;
  readonly problems: readonly ClientProblem[];
  readonly abilities: Abilities;
  readonly confidence: Confidence;
  readonly notes: readonly string[];
}

/** What is known of every client on this machine, in the catalogue's order. Reads only; one client's failure stays its own. */
export async function listClients(
  host: ClientHost,
  ours: { readonly url: string; readonly entryName?: string },
): Promise<readonly ClientStatus[]> {
  const entryName = ours.entryName ?? DEFAULT_ENTRY_NAME;
  return await Promise.all(CLIENTS.map((client) => statusOf(host, client, ours.url, entryName)));
}

async function statusOf(
  host: ClientHost,
  client: ClientDefinition,
  url: string,
  entryName: string,
): Promise<ClientStatus> {
  const known = {
    id: client.id,
    title: client.title,
    kind: client.kind,
    abilities: abilitiesOf(client),
    confidence: client.confidence,
    notes: client.notes,
  };
  const unknown = { installed: false, files: [], connection: 'not-connected', problems: [] } as const;
  if (client.kind === 'copy') return { ...known, ...unknown };
  try {
    const located = await locateFiles(client, host);
    const looked = await Promise.all(located.map((file) => lookInto(client, file, url, entryName)));
    const connections = looked.map((one) => one.connection);
    return {
      ...known,
      installed: located.length > 0,
      files: looked.map(({ path, exists, connection }) => ({ path, exists, connection })),
      connection: overall(connections),
      problems: looked.flatMap((one) => one.problems),
    };
  } catch (error) {
    const message = `This client could not be looked at (${errorCode(error)}).`;
    const failed = refuse('unreadable', client.id, message, 'Check the permissions of its folder.');
    return { ...known, ...unknown, connection: 'unreadable', problems: [failed.problem] };
  }
}

function overall(connections: readonly Connection[]): Connection {
  const order: readonly Connection[] = ['unreadable', 'elsewhere', 'not-connected', 'connected'];
  return order.find((connection) => connections.includes(connection)) ?? 'not-connected';
}

async function lookInto(
  client: FileClient,
  file: ClientFile,
  url: string,
  entryName: string,
): Promise<ClientFile & { readonly connection: Connection; readonly problems: readonly ClientProblem[] }> {
  const current = await readClientText(file.path);
  if (!current.ok) return { ...file, connection: 'unreadable', problems: [current.problem] };
  if (current.value.state === 'absent') return { ...file, connection: 'not-connected', problems: [] };
  const found = readEntries(client, current.value.decoded.text, entryName, file.path);
  if (!found.ok) return { ...file, connection: 'unreadable', problems: [found.problem] };
  const entries = found.value.entries;
  if ([...entries.values()].some((entry) => pointsAt(entry, url))) {
    return { ...file, connection: 'connected', problems: [] };
  }
  const stale = isOurEntry(entries.get(entryName));
  return { ...file, connection: stale ? 'elsewhere' : 'not-connected', problems: [] };
}
