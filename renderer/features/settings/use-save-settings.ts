import type { CallArgument } from '../../../shared/control/contract.ts';
import { useClient } from '../../host/client-context.tsx';
import { useAction } from '../../host/use-action.ts';
import { revisionWritten } from '../../stores/gateway-store.ts';
import { settingWords as words } from '../../strings/screens.ts';
import { tellDone } from '../../ui/toasts.tsx';

type Change = CallArgument<'settings.set'>['change'];

/** Saves a change of the settings on the state of the file that was shown. */
export function useSaveSettings(revision: string): {
  readonly saving: boolean;
  readonly save: (change: Change) => Promise<void>;
} {
  const client = useClient();
  const { running, run } = useAction();
  const save = async (change: Change): Promise<void> => {
    const done = await run(() => client.settings.set({ revision, change }));
    if (done === undefined) return;
    revisionWritten(done.revision);
    tellDone(done.restartNeeded ? `${words.saved} ${words.restartNeeded}` : words.saved);
  };
  return { saving: running, save };
}
