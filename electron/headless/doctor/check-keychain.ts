import { SECRETS_VARIABLE } from '../../secrets/environment-store.ts';
import type { StoreState } from '../../secrets/secret-store.ts';
import type { Finding } from './finding.ts';

/** The state of the keychain; unusable, it is a problem where a backend needs it and a note where none does. */
export function keychainFinding(state: StoreState, needed: boolean): Finding {
  const common = { check: 'keychain', subject: '' } as const;
  if (state.state === 'ready') return { ...common, state: 'well', message: 'is open' };
  const words = state.state === 'locked' ? 'is locked' : 'is not there';
  const why = needed ? '' : ' No backend needs it now.';
  const fix =
    state.state === 'locked'
      ? 'Unlock it (on Linux by signing in to the desktop, or with seahorse).'
      : `Start one (on Linux a Secret Service such as gnome-keyring), or hand secrets over in ${SECRETS_VARIABLE}.`;
  return { ...common, state: needed ? 'problem' : 'note', message: `${words}: ${state.reason}${why}`, fix };
}
