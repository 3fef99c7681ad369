import type { ActivityEntry } from '../../../shared/control/activity.ts';
import type { Tone } from '../../ui/icon-state.tsx';

const TONES: Readonly<Record<ActivityEntry['outcome'], Tone>> = {
  running: 'busy',
  ok: 'ok',
  'tool-error': 'warn',
  failed: 'bad',
  cancelled: 'off',
  changed: 'warn',
  'held-back': 'warn',
  approved: 'ok',
};

/** The shape for how a call ended, or what became of a tool that changed. */
export function outcomeTone(outcome: ActivityEntry['outcome']): Tone {
  return TONES[outcome];
}
