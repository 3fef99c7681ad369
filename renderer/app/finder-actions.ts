import type { ControlClient } from '../../shared/control/contract.ts';
import { shell } from '../strings/shell.ts';
import { tellDone, tellFailure } from '../ui/toasts.tsx';
import { go } from './router.ts';

const words = shell.spotlight;

export interface FinderAction {
  readonly id: string;
  readonly label: string;
  readonly run: () => void;
}

/** What can be done from anywhere. `toggleScheme`: the other of light and dark; `endpoint`: where there is one. */
export function finderActions(
  client: ControlClient,
  { toggleScheme, endpoint }: { toggleScheme: () => void; endpoint: string | undefined },
): readonly FinderAction[] {
  const to = (id: string, label: string, ...parts: readonly string[]): FinderAction => ({
    id,
    label,
    run: () => go(...parts),
  });
  return [
    to('add-backend', words.addBackend, 'backends', '+'),
    to('allow-header', words.allowHeader, 'headers'),
    to('simulate', words.simulate, 'headers', 'simulate'),
    to('connect-client', words.connectClient, 'clients'),
    to('make-token', words.makeToken, 'settings', 'callers'),
    to('charts', words.charts, 'activity', 'charts'),
    to('change-port', words.changePort, 'settings', 'gateway'),
    to('change-callers', words.changeCallers, 'settings', 'callers'),
    to('order', words.order, 'settings', 'gateway'),
    to('all-secrets', words.allSecrets, 'settings', 'secrets'),
    to('app', words.app, 'settings', 'app'),
    to('support-bundle', words.supportBundle, 'settings', 'support'),
    { id: 'scheme', label: words.scheme, run: toggleScheme },
    { id: 'keychain', label: words.keychain, run: () => void askKeychain(client) },
    ...(endpoint === undefined
      ? []
      : [{ id: 'endpoint', label: shell.copyEndpoint, run: () => void copy(endpoint) }]),
  ];
}

async function askKeychain(client: ControlClient): Promise<void> {
  const answer = await client.secrets.retry({});
  if (!answer.ok) tellFailure(answer.error);
  else tellDone(shell.keychain[answer.value.state]);
}

async function copy(text: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  tellDone(words.copied);
}
