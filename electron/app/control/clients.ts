import type { ControlApi } from '../../../shared/control/contract.ts';
import type { ControlContext } from './context.ts';
import { refuse } from './refuse.ts';

/** The calls about AI clients on this machine; a host that does not look after them says so. */
export function clientsApi({ extras }: ControlContext): ControlApi['clients'] {
  if (extras.clients !== undefined) return extras.clients;
  const unavailable = async (): Promise<never> =>
    refuse('control.not-available', 'This host does not set up clients.', {
      fix: 'Use patchbay connect on the command line.',
    });
  return {
    detect: unavailable,
    preview: unavailable,
    apply: unavailable,
    undo: unavailable,
    snippet: unavailable,
    importFrom: unavailable,
  };
}
