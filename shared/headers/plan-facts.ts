import type { BackendName } from '../config/backend-name.ts';
import type { IdentitySetting } from '../identity/identity-headers.ts';
import type { Principal } from '../identity/principal.ts';
import { type FoldedName, foldName, type HeaderName } from './name.ts';
import type { NotSentReason } from './plan.ts';
import type { HeaderSource } from './source.ts';

/** What is known of one secret. A state that nobody asked for counts as `set`. */
export interface SecretFact {
  readonly backend: BackendName;
  readonly kind: 'header' | 'auth';
  /** The header name; for `auth` any text. */
  readonly name: string;
  readonly state: 'set' | 'missing' | 'locked' | 'absent';
}

/** What is known when a plan is made: before any session, or of one session. */
export interface PlanFacts {
  /** Names that the client sent and that were captured. */
  readonly captured: ReadonlySet<FoldedName> | 'unknown';
  readonly principal: Principal['kind'];
  readonly secrets: readonly SecretFact[];
  /** Backends that want a sign-in which nobody has made, or whose sign-in has ended. */
  readonly signedOut: ReadonlySet<BackendName>;
}

/** Why a backend gets no identity headers for such a caller, or undefined where it gets them (contract 3.2, 3.3). */
export function identityReason(
  setting: IdentitySetting,
  principal: Principal['kind'],
): NotSentReason | undefined {
  if (setting === 'off') return 'identity-off';
  if (principal === 'anonymous') return 'identity-anonymous';
  return principal === 'local' && setting === 'auto' ? 'identity-local' : undefined;
}

/** Why a header that needs a secret is not sent, or undefined where nothing stands in the way. */
export function secretStateOf(
  facts: PlanFacts,
  backend: BackendName,
  source: HeaderSource,
  header: HeaderName,
): Extract<NotSentReason, `secret-${string}`> | undefined {
  const kind = source === 'secret' ? 'header' : source === 'auth' ? 'auth' : undefined;
  const fact = facts.secrets.find(
    (known) =>
      known.backend === backend &&
      known.kind === kind &&
      (kind === 'auth' || foldName(known.name) === foldName(header)) &&
      known.state !== 'set',
  );
  return fact === undefined || fact.state === 'set' ? undefined : `secret-${fact.state}`;
}
