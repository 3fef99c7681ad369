import type { BackendState } from '../../../shared/control/backend-state.ts';
import type { Snapshot } from '../../stores/apply-event.ts';
import type { Tone } from '../../ui/icon-state.tsx';

/** One backend in the list. */
export type BackendLine = Snapshot['backends'][number];

const TONES: Readonly<Record<BackendState['state'], Tone>> = {
  disabled: 'off',
  invalid: 'bad',
  idle: 'idle',
  starting: 'busy',
  ready: 'ok',
  unreachable: 'bad',
  restarting: 'warn',
  stopped: 'bad',
  'cannot-start': 'bad',
  'needs-approval': 'warn',
  'needs-caller-header': 'warn',
  'needs-sign-in': 'locked',
  'secret-missing': 'warn',
  'keychain-unavailable': 'locked',
};

/** The shape for the state of a backend. */
export function backendTone(state: BackendState['state']): Tone {
  return TONES[state];
}
