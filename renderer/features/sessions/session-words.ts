import type { BackendSessionState } from '../../../shared/sessions/backend-session-view.ts';
import type { DriftView } from '../../../shared/sessions/header-view.ts';
import type { PrincipalView } from '../../../shared/sessions/session-view.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import type { Tone } from '../../ui/icon-state.tsx';

/** Who calls, in words. */
export function principalWords(principal: PrincipalView): string {
  switch (principal.kind) {
    case 'anonymous':
      return words.principal.anonymous;
    case 'local':
      return words.principal.local(principal.client);
    case 'user':
      return words.principal.user(principal.email ?? principal.name ?? principal.subject);
  }
}

/** What the client does differently now, in words. */
export function driftWords({ name, now }: DriftView): string {
  return words.drift[now ?? 'unknown'](name);
}

const TONES: Readonly<Record<BackendSessionState['state'], Tone>> = {
  'not-opened': 'idle',
  opening: 'busy',
  ready: 'ok',
  lost: 'warn',
  off: 'off',
  'needs-caller-header': 'warn',
  'needs-sign-in': 'locked',
  'cannot-start': 'bad',
  'not-applicable': 'off',
};

/** The shape for a state between a session and a backend. */
export function backendTone({ state }: Pick<BackendSessionState, 'state'>): Tone {
  return TONES[state];
}
