import { type ReactNode, useEffect } from 'react';
import { useClient } from '../host/client-context.tsx';
import { gatewayFailed, gatewayRead, useGateway } from '../stores/gateway-store.ts';
import { common } from '../strings/common.ts';
import { FailureNote, Patience } from '../ui/pending.tsx';
import { CurrentScreen } from './current-screen.tsx';
import { go } from './router.ts';
import { Shell } from './shell.tsx';

/** The window: the shell with the screen of the current address, once the gateway has told how it is. */
export function App(): ReactNode {
  const client = useClient();
  const ready = useGateway(({ snapshot }) => snapshot !== undefined);
  const failure = useGateway((state) => state.failure);
  const empty = useGateway(({ snapshot }) => snapshot?.empty === true);

  useEffect(() => {
    if (empty && window.location.hash.replace(/^#\/?/, '') === '') go('welcome');
  }, [empty]);

  if (ready) {
    return (
      <Shell>
        <CurrentScreen />
      </Shell>
    );
  }
  if (failure === undefined) return <Patience />;
  const reload = async (): Promise<void> => {
    const answer = await client.status.snapshot({});
    if (answer.ok) gatewayRead(answer.value);
    else gatewayFailed(answer.error);
  };
  return (
    <main aria-label={common.appName}>
      <FailureNote failure={failure} reload={() => void reload()} />
    </main>
  );
}
