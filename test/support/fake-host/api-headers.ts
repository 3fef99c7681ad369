import { parseBackendName } from '../../../shared/config/backend-name.ts';
import type { CallInput, ControlApi } from '../../../shared/control/contract.ts';
import { planTableOf } from '../../../shared/control/plan-table.ts';
import { checkAllowlist, checkHeaderName } from '../../../shared/headers/allowlist.ts';
import { collisionMessage, configCollisions } from '../../../shared/headers/collisions.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { plan } from '../../../shared/headers/plan.ts';
import type { PlanFacts } from '../../../shared/headers/plan-facts.ts';
import { findRestriction } from '../../../shared/headers/restricted.ts';
import { simulate } from '../../../shared/headers/simulate.ts';
import { secretsOf } from './secret-lines.ts';
import { configOf, refuse, requireRevision, revisionOf, type World, written } from './world.ts';

type Caller = CallInput<'headers.plan'>['caller'];

/** The calls about the allowlist: the real pure functions over the world's configuration. */
export function headersApi(world: World): ControlApi['headers'] {
  const factsFor = (caller: Caller): Omit<PlanFacts, 'captured'> => ({
    principal: caller === 'signed-in' ? 'user' : caller,
    secrets: secretsOf(world).flatMap(({ backend, kind, name, status }) => {
      const key = parseBackendName(backend);
      return key === undefined || kind === 'env' || status !== 'missing'
        ? []
        : [{ backend: key, kind, name, state: 'missing' as const }];
    }),
    signedOut: new Set(
      [...world.backends].flatMap(([name, { status }]) =>
        status.state === 'needs-sign-in' ? (parseBackendName(name) ?? []) : [],
      ),
    ),
  });
  const save = (names: string[]): ReturnType<typeof written> => {
    const parsed = configOf(world, names, 'save');
    const problems = [...checkAllowlist(names).problems, ...parsed.problems].filter(
      ({ severity, code }) => severity === 'error' && code.startsWith('header.'),
    );
    const [first] = problems;
    if (first !== undefined) refuse({ code: first.code, message: first.message, fix: first.fix, problems });
    world.names = names;
    const listed = new Set(names.map(foldName));
    world.seen = world.seen.filter(({ name }) => !listed.has(foldName(name)));
    world.emit('headers.seen', { names: world.seen });
    return written(world, ['passthroughHeaders']);
  };
  return {
    list: async () => {
      const { problems } = checkAllowlist(world.names);
      return {
        revision: revisionOf(world),
        headers: world.names.map((name, index) => {
          const own = problems.filter(({ place }) => place === `passthroughHeaders[${index}]`);
          return {
            name,
            inForce: !own.some(({ severity }) => severity === 'error'),
            problems: own,
            capturedIn: world.sessions.filter(({ captured }) =>
              captured.some((header) => foldName(header.name) === foldName(name)),
            ).length,
            liveSessions: world.sessions.length,
          };
        }),
      };
    },
    set: async ({ revision, names }) => {
      requireRevision(world, revision);
      return save(names);
    },
    allow: async ({ revision, name }) => {
      requireRevision(world, revision);
      return save([...world.names, name]);
    },
    explain: async ({ name }) => {
      const { problems } = checkHeaderName(name, 'passthroughHeaders', 'passthrough');
      const restriction = findRestriction(name, 'passthrough');
      const refused = problems.some(({ severity }) => severity === 'error');
      const offer = { credentials: 'secret-header', identity: 'identity-setting' } as const;
      return {
        verdict: refused ? 'refused' : problems.length > 0 ? 'allowed-with-warning' : 'allowed',
        problems: [...problems],
        ...(restriction?.instead === undefined ? {} : { instead: restriction.instead }),
        ...(restriction?.class === 'credentials' || restriction?.class === 'identity'
          ? { offer: offer[restriction.class] }
          : {}),
        waysOut: configCollisions(configOf(world, [...world.names, name]).config)
          .filter(({ folded }) => folded === foldName(name))
          .flatMap(({ waysOut }) => waysOut),
      };
    },
    plan: async ({ names, caller }) => {
      const parsed = configOf(world, names ?? world.names);
      return {
        revision: revisionOf(world),
        table: planTableOf(plan(parsed.config, { captured: 'unknown', ...factsFor(caller) }), parsed.config),
        problems: [...parsed.problems],
      };
    },
    simulate: async ({ pasted, caller }) => {
      const lines = fieldLines(pasted);
      const { config } = configOf(world);
      const found = simulate(
        config,
        lines.map(({ name, value }) => [name, value]),
        factsFor(caller),
      );
      const captured = new Map(found.captured.map((header) => [foldName(header.name), header.bytes]));
      const refused = new Map(found.refused.map((header) => [foldName(header.name), header.reason]));
      return {
        outcome: found.collisions.length > 0 ? 'session-refused' : 'session-opens',
        table: planTableOf(found.plan, config),
        problems: [],
        ...(found.collisions.length > 0
          ? {
              problems: [
                {
                  code: 'header.collision' as const,
                  severity: 'error' as const,
                  place: 'passthroughHeaders',
                  message: collisionMessage(found.collisions),
                  fix: found.collisions
                    .flatMap(({ waysOut }) => waysOut.map(({ text }) => text))
                    .join(' Or: '),
                },
              ],
            }
          : {}),
        fields: lines.map(({ name, value, line }) => {
          const folded = foldName(name);
          const reason = refused.get(folded);
          if (folded === 'authorization') {
            const message = "The caller's token for this gateway; it is never passed on.";
            return { name, line, bytes: value.length, fate: 'used-by-us' as const, message };
          }
          if (reason !== undefined) {
            return { name, line, bytes: value.length, fate: 'refused' as const, message: reason };
          }
          return captured.has(folded)
            ? {
                name,
                line,
                bytes: value.length,
                fate: 'captured' as const,
                message: 'Captured for the session.',
              }
            : { name, line, bytes: value.length, fate: 'ignored' as const, message: 'Not in the allowlist.' };
        }),
      };
    },
    seen: async () => ({ names: world.seen, since: world.startedAt }),
  };
}

function fieldLines(pasted: string): { name: string; value: string; line: number }[] {
  return pasted.split('\n').flatMap((text, index) => {
    const match = /^(?:-H ['"])?([^:\s]+): ?(.*?)(?:['"] ?\\?)?$/.exec(text.trim());
    return match === null ? [] : [{ name: match[1] ?? '', value: match[2] ?? '', line: index + 1 }];
  });
}
