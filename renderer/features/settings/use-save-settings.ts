import { useState } from 'react';
import type { CallArgument } from '../../../shared/control/contract.ts';
import type { ProblemView } from '../../../shared/control/problem-view.ts';
import { useClient } from '../../host/client-context.tsx';
import { revisionWritten } from '../../stores/gateway-store.ts';
import { settingWords as words } from '../../strings/settings.ts';
import { tellDone, tellFailure } from '../../ui/toasts.tsx';

type Change = CallArgument<'settings.set'>['change'];

/**
 * Saves a change of the settings on the state of the file that was shown. What the host finds wrong is given back, to
 * stand beside the fields until the next attempt; a refusal that names no field is told as a toast.
 */
export function useSaveSettings(revision: string): {
  readonly saving: boolean;
  readonly problems: readonly ProblemView[];
  /** True where it was written. */
  readonly save: (change: Change) => Promise<boolean>;
} {
  const client = useClient();
  const [saving, setSaving] = useState(false);
  const [problems, setProblems] = useState<readonly ProblemView[]>([]);
  const save = async (change: Change): Promise<boolean> => {
    setSaving(true);
    const result = await client.settings.set({ revision, change });
    setSaving(false);
    const found = result.ok ? [] : (result.error.problems ?? []);
    setProblems(found);
    if (result.ok) {
      const { restartNeeded, revision: written } = result.value;
      revisionWritten(written);
      tellDone(words.saved);
      if (restartNeeded) await sayWhyNot();
    } else if (found.length === 0) tellFailure(result.error);
    return result.ok;
  };
  /** The gateway is not where the file says: the port is taken, or this run was started with another one. */
  const sayWhyNot = async (): Promise<void> => {
    const again = await client.status.retryListening({});
    if (again.ok) tellDone(words.restartNeeded);
    else tellFailure(again.error);
  };
  return { saving, problems, save };
}
