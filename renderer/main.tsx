import './app/jitless.ts';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app/app.css';
import { createRoot } from 'react-dom/client';
import { createClient } from '../shared/control/create-client.ts';
import { App } from './app/app.tsx';
import { NoAccess } from './app/no-access.tsx';
import { Providers } from './app/providers.tsx';
import { adoptTheme } from './app/theme.ts';
import { chooseTransport } from './host/choose-transport.ts';
import { ClientProvider } from './host/client-context.tsx';
import { startClock } from './stores/clock.ts';
import { connectStores } from './stores/connect.ts';

async function start(root: HTMLElement): Promise<void> {
  adoptTheme(document);
  const react = createRoot(root);
  const choice = await chooseTransport();
  if (!choice.ok) {
    // The complete address put into this tab changes nothing but the fragment, which loads no page by itself.
    window.addEventListener('hashchange', () => window.location.reload());
    react.render(
      <Providers>
        <NoAccess why={choice.why} />
      </Providers>,
    );
    return;
  }
  const client = createClient(choice.transport.send);
  const stops = [startClock(), connectStores(client, choice.transport)];
  window.addEventListener('pagehide', () => {
    for (const stop of stops) stop();
  });
  react.render(
    <Providers>
      <ClientProvider value={client}>
        <App />
      </ClientProvider>
    </Providers>,
  );
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no root');
void start(root);
