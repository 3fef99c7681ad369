import { createSpotlight, Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { useClient } from '../host/client-context.tsx';
import { useAnswer } from '../host/use-answer.ts';
import { useGateway, useSnapshot } from '../stores/gateway-store.ts';
import { shell } from '../strings/shell.ts';
import { clip } from '../ui/visible-text.ts';
import { finderActions } from './finder-actions.ts';
import { go } from './router.ts';
import { SCREENS, SETTINGS } from './screens.ts';
import { useToggleScheme } from './use-toggle-scheme.ts';

const words = shell.spotlight;
const [store, spotlight] = createSpotlight();

/** Finds anything by its name: screens, actions, backends, headers, sessions, tools. */
export function Finder({ onClose }: { onClose: () => void }): ReactNode {
  const client = useClient();
  const [query, setQuery] = useState('');
  const backends = useSnapshot((snapshot) => snapshot.backends);
  const sessions = useSnapshot((snapshot) => snapshot.sessions);
  const endpoint = useSnapshot(({ gateway }) =>
    gateway.state === 'listening' ? gateway.endpoint : undefined,
  );
  const toggleScheme = useToggleScheme();
  const toolsTurn = useGateway(({ turns }) => turns.tools);
  const headers = useAnswer(() => client.headers.list({}), [client]).answer;
  const tools = useAnswer(
    () => client.tools.catalog({ limit: 500, kind: 'tool' }),
    [client, toolsTurn],
  ).answer;

  useEffect(() => spotlight.open(), []);

  const groups = useMemo((): SpotlightActionGroupData[] => {
    const entry = (id: string, label: string, run: () => void, description?: string) => ({
      id,
      label,
      onClick: run,
      ...(description === undefined ? {} : { description }),
    });
    return [
      {
        group: words.actions,
        actions: [
          ...finderActions(client, { toggleScheme, endpoint }).map(({ id, label, run }) =>
            entry(id, label, run),
          ),
          ...backends
            .filter(({ builtIn }) => !builtIn)
            .map(({ name }) => entry(`edit-${name}`, words.edit(name), () => go('backends', name, 'edit'))),
        ],
      },
      {
        group: words.screens,
        actions: [...SCREENS, SETTINGS].map(({ id, label }) => entry(`screen-${id}`, label, () => go(id))),
      },
      {
        group: words.backends,
        actions: backends.map(({ name }) => entry(`backend-${name}`, name, () => go('backends', name))),
      },
      {
        group: words.headers,
        actions:
          headers.state === 'ready'
            ? headers.value.headers.map(({ name }) => entry(`header-${name}`, name, () => go('headers')))
            : [],
      },
      {
        group: words.sessions,
        actions: sessions.map(({ session, client: caller }) =>
          entry(`session-${session}`, words.session(clip(caller.name, 60)), () => go('sessions', session)),
        ),
      },
      {
        group: words.tools,
        actions:
          tools.state === 'ready'
            ? tools.value.items.map(({ backend, original, advertised }) =>
                entry(
                  `tool-${backend}-${original}`,
                  clip(advertised ?? original, 80),
                  () => go('tools', backend, original),
                  words.toolOf(backend),
                ),
              )
            : [],
      },
    ];
  }, [backends, sessions, headers, tools, client, endpoint, toggleScheme]);

  return (
    <Spotlight
      store={store}
      actions={groups}
      query={query}
      onQueryChange={setQuery}
      onSpotlightClose={onClose}
      nothingFound={words.nothing}
      highlightQuery
      limit={30}
      scrollable
      maxHeight={420}
      shortcut={null}
      lockScroll={false}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      attributes={{ content: { 'aria-label': shell.findAnything } }}
      searchProps={{
        leftSection: <IconSearch size={16} aria-hidden />,
        placeholder: words.placeholder,
        'aria-label': shell.findAnything,
      }}
    />
  );
}
