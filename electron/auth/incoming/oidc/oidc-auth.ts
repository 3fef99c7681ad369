import { createHash } from 'node:crypto';
import type { OidcAuthSettings } from '../../../../shared/config/gateway-schema.ts';
import { claimsToPrincipal } from '../../../../shared/identity/claims.ts';
import { stillLasts } from '../../../../shared/time/still-lasts.ts';
import { Secret } from '../../../secrets/secret.ts';
import type { SecretStore } from '../../../secrets/secret-store.ts';
import type { CallerTokens } from '../../caller-tokens.ts';
import type { GuardedFetch } from '../../guarded/guarded-fetch.ts';
import { presentedToken } from '../bearer-token.ts';
import { bearerChallenge, type ChallengeDetail } from '../challenge.ts';
import type { AuthOutcome, Credentials, IncomingAuth } from '../incoming-auth.ts';
import { createRecentValues } from '../recent-values.ts';
import { introspectToken } from './introspect-token.ts';
import { createIssuerKeys, type SigningKeys } from './issuer-keys.ts';
import { protectedResourceUrl } from './protected-resource.ts';
import { hasScopes } from './scopes.ts';
import { CLOCK_SKEW_SECONDS, type Verified, verifyToken } from './verify-token.ts';

export interface OidcDependencies {
  readonly fetch: GuardedFetch;
  readonly store: SecretStore;
  readonly callerTokens: CallerTokens;
  /** The path of the MCP endpoint, `/mcp`. */
  readonly mcpPath: string;
  readonly now?: () => number;
}

interface Remembered {
  readonly outcome: AuthOutcome;
  /** When the token expires, in ms since 1970. */
  readonly until: number;
  readonly at: number;
  /** How long it is remembered at most from then on, in ms. */
  readonly life: number;
  /** The keys that vouch for it; 0 for an introspected token. */
  readonly generation: number;
}

/** Verified tokens that are remembered: one per signed-in caller. */
const REMEMBERED = 1_000;
/** A token that the issuer revoked is out after this time at the latest, if it is an opaque one. In ms. */
const INTROSPECTED_FOR_MS = 30_000;
/** A refusal by introspection is kept, too: a wrong token in a loop must not become a loop of questions. In ms. */
const REFUSED_FOR_MS = 10_000;

type Judgement = Verified | { readonly ok: false; readonly fault: 'unavailable'; readonly reason: string };

/**
 * Verifies callers by tokens of an OpenID Connect issuer (AIN-03 to AIN-06). A token that was verified before is
 * answered at once, until it expires or the issuer's keys change. The principal object is one per token, so that
 * token exchange finds the token by it.
 */
export function createOidcAuth(settings: OidcAuthSettings, dependencies: OidcDependencies): IncomingAuth {
  const now = dependencies.now ?? Date.now;
  const keys = createIssuerKeys(settings, dependencies.fetch, now);
  const recent = createRecentValues<Remembered>(REMEMBERED);

  const challenge = (origin: string | undefined, detail: ChallengeDetail): string => {
    const scope = settings.requiredScopes.join(' ');
    const metadata =
      origin === undefined ? {} : { resourceMetadata: protectedResourceUrl(origin, dependencies.mcpPath) };
    return bearerChallenge({ ...detail, ...(scope === '' ? {} : { scope }), ...metadata });
  };

  const judgeJwt = async (token: string): Promise<Judgement & { readonly keys?: SigningKeys }> => {
    let signing = await keys.current();
    if (signing === undefined)
      return { ok: false, fault: 'unavailable', reason: 'no signing keys of the issuer' };
    const expected = { issuer: signing.issuer, audience: settings.audience };
    let verified = await verifyToken(token, signing.resolve, expected, now());
    if (!verified.ok && verified.fault === 'unknown-key') {
      signing = (await keys.renew()) ?? signing;
      verified = await verifyToken(token, signing.resolve, expected, now());
    }
    return { ...verified, keys: signing };
  };

  const judgeOpaque = async (token: string): Promise<Judgement> => {
    if (settings.introspection === undefined)
      return { ok: false, fault: 'invalid', reason: 'the token is no JWT' };
    const expected = { issuer: settings.issuer, audience: settings.audience };
    return introspectToken(token, settings.introspection, expected, { ...dependencies, now });
  };

  const outcomeOf = (judgement: Judgement, token: string, origin: string | undefined): AuthOutcome => {
    if (!judgement.ok) {
      const { fault, reason } = judgement;
      if (fault === 'unavailable')
        return { ok: false, status: 503, reason, challenge: challenge(origin, {}) };
      return { ok: false, status: 401, reason, challenge: challenge(origin, { error: 'invalid_token' }) };
    }
    if (!hasScopes(judgement.claims, settings.requiredScopes)) {
      const reason = 'the token lacks a required scope';
      return {
        ok: false,
        status: 403,
        reason,
        challenge: challenge(origin, { error: 'insufficient_scope' }),
      };
    }
    const made = claimsToPrincipal(settings.issuer, judgement.claims);
    if (!made.ok) {
      return {
        ok: false,
        status: 401,
        reason: made.reason,
        challenge: challenge(origin, { error: 'invalid_token' }),
      };
    }
    dependencies.callerTokens.remember(made.principal, new Secret(token));
    return { ok: true, principal: made.principal };
  };

  const authenticate = async (token: string, origin: string | undefined): Promise<AuthOutcome> => {
    const isJwt = /^[^.]+\.[^.]+\.[^.]+$/.test(token);
    const judgement: Judgement & { readonly keys?: SigningKeys } = isJwt
      ? await judgeJwt(token)
      : await judgeOpaque(token);
    const outcome = outcomeOf(judgement, token, origin);
    const expiry =
      judgement.ok && judgement.claims.exp !== undefined
        ? judgement.claims.exp + CLOCK_SKEW_SECONDS
        : undefined;
    const until = expiry === undefined ? Number.POSITIVE_INFINITY : expiry * 1000;
    const life = isJwt ? Number.POSITIVE_INFINITY : judgement.ok ? INTROSPECTED_FOR_MS : REFUSED_FOR_MS;
    if (outcome.ok || (!isJwt && !judgement.ok && judgement.fault === 'invalid')) {
      const generation = judgement.keys?.generation ?? 0;
      recent.set(memoryKey(token), { outcome, until, at: now(), life, generation });
    }
    return outcome;
  };

  return {
    kind: 'oidc',
    authenticate({ authorization, origin }: Credentials) {
      const presented = presentedToken(authorization);
      if (presented.kind === 'malformed') {
        const reason = 'malformed Authorization field';
        return { ok: false, status: 400, reason, challenge: challenge(origin, { error: 'invalid_request' }) };
      }
      if (presented.kind !== 'token') {
        return {
          ok: false,
          status: 401,
          reason: 'no bearer token presented',
          challenge: challenge(origin, {}),
        };
      }
      const { token } = presented;
      const remembered = recent.get(memoryKey(token));
      const isGood = remembered !== undefined && now() < remembered.until;
      if (!isGood || !stillLasts(remembered.at, remembered.life, now())) return authenticate(token, origin);
      if (remembered.generation === 0) return remembered.outcome;
      const current = keys.current();
      const same = !(current instanceof Promise) && current?.generation === remembered.generation;
      return same ? remembered.outcome : authenticate(token, origin);
    },
  };
}

/** Tokens are not kept as keys: a digest does as well and is of no use to anybody. */
function memoryKey(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
