import type { Abilities, Restart } from '../../shared/clients/definition.ts';
import type { ClientStatus } from '../clients/detect.ts';

const RESTARTS: Readonly<Record<Restart, (title: string) => string>> = {
  none: (title) => `${title} takes it up by itself.`,
  reload: (title) => `Reload the MCP servers (or the window) of ${title}.`,
  restart: (title) => `Start ${title} again; it reads its file at start only.`,
};

/** What a person has to do so that the client reads its changed file. */
export function restartHint(restart: Restart, title: string): string {
  return RESTARTS[restart](title);
}

/** The list of clients for people: those on this machine first, with what was found. */
export function clientLines(clients: readonly ClientStatus[]): readonly string[] {
  const installed = clients.filter((client) => client.installed);
  const copied = clients.filter((client) => client.kind === 'copy');
  const others = clients.filter((client) => !client.installed && client.kind !== 'copy');
  return [
    installed.length === 0 ? 'No client that we know was found on this machine.' : 'On this machine:',
    ...installed.flatMap(installedLines),
    ...(copied.length > 0 ? ['', 'Set up in their own window (connect prints what to paste):'] : []),
    ...copied.map((client) => `  ${client.id}  ${client.title}`),
    ...(others.length > 0 ? ['', `Not found: ${others.map((client) => client.id).join(', ')}`] : []),
  ];
}

const STATES = {
  connected: 'connected',
  elsewhere: 'our entry leads to another address; connect again',
  'not-connected': 'not connected',
  unreadable: 'its file cannot be used',
} as const satisfies Record<ClientStatus['connection'], string>;

function installedLines({
  id,
  title,
  connection,
  abilities,
  files,
  problems,
}: ClientStatus): readonly string[] {
  return [
    `  ${id}  ${title}: ${STATES[connection]} (${abilityText(abilities)})`,
    ...files.map(({ path, exists }) => `      ${path}${exists ? '' : ' (would be made)'}`),
    ...problems.map(({ message, fix }) => `      ${message} ${fix}`),
  ];
}

function abilityText({ http, ownHeaders, envValues, restart }: Abilities): string {
  const headers =
    ownHeaders === 'bridge'
      ? 'headers through the bridge'
      : envValues
        ? 'headers from its environment'
        : 'no own headers';
  const way = http && ownHeaders === 'entry' ? 'over HTTP' : 'through the bridge';
  return [way, headers, restart === 'none' ? 'no restart' : `needs a ${restart}`].join(', ');
}
