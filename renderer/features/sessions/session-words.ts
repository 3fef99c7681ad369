import type {
  BackendSessionState,
  BackendSessionView,
} from '../../../shared/sessions/backend-session-view.ts';
import type { CapturedHeaderView, DriftView } from '../../../shared/sessions/header-view.ts';
import type { PrincipalView } from '../../../shared/sessions/session-view.ts';
import { sessionWords as words } from '../../strings/sessions.ts';
import type { Tone } from '../../ui/icon-state.tsx';
import { clockTime } from '../../ui/relative-time.ts';

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
  return words.drift[now](name);
}

/** Which backends go on getting what was captured, and since when that value is. */
export function keptWords(
  { name }: DriftView,
  before: CapturedHeaderView | undefined,
  backends: readonly BackendSessionView[],
): string {
  const reached = backends.filter(({ drift }) => drift.some((found) => found.name === name));
  if (reached.length === 0) return words.driftNowhere;
  const names = new Intl.ListFormat('en').format(reached.map(({ backend }) => backend));
  const many = reached.length > 1;
  if (before === undefined) return words.driftNone(names, many);
  return words.driftStill(names, many, clockTime(before.capturedAt));
}

/** The same in few words, for the line of one backend. */
export function driftedHere({ captured, drift }: BackendSessionView): string {
  const kept = captured.find(({ name }) => drift.some((found) => found.name === name));
  return kept === undefined ? words.drifted : words.driftedHere(clockTime(kept.capturedAt));
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
