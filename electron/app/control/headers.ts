import { type ParsedConfig, parseConfig } from '../../../shared/config/parse-config.ts';
import type { ControlApi } from '../../../shared/control/contract.ts';
import { planTableOf } from '../../../shared/control/plan-table.ts';
import { checkAllowlist, checkHeaderName } from '../../../shared/headers/allowlist.ts';
import { collisionProblem, configCollisions } from '../../../shared/headers/collisions.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { plan } from '../../../shared/headers/plan.ts';
import { findRestriction } from '../../../shared/headers/restricted.ts';
import { changeConfig, noEffects, requireRevision } from './changes.ts';
import type { ControlContext } from './context.ts';
import { planFacts } from './plan-facts.ts';
import { refuseProblems } from './refuse.ts';
import { simulatePaste } from './simulate-paste.ts';

/** The calls about the allowlist: all judged by the pure functions that decide in the gateway, too. */
export function headersApi(context: ControlContext): ControlApi['headers'] {
  const { patchbay } = context;
  const listed = (): readonly string[] => namesInFile(patchbay.configFile.raw().passthroughHeaders);
  const revision = (): string => patchbay.configFile.current().revision;

  async function save(given: string, names: readonly string[]) {
    requireRevision(context, given);
    const found = checkAllowlist(names).problems.filter(({ severity }) => severity === 'error');
    if (found.length > 0) refuseProblems(found);
    const state = await changeConfig(context, given, [{ path: ['passthroughHeaders'], value: names }]);
    const summary = 'Open sessions keep the list that they were opened under; new ones follow this one.';
    context.raise('headers.seen', { names: seenNames(context) });
    return { revision: state.revision, effects: noEffects(context, summary) };
  }

  return {
    async list() {
      const names = listed();
      const { problems } = patchbay.configFile.current();
      const sessions = [...patchbay.gateway.sessions.all()];
      const headers = names.map((name, index) => {
        const own = problems.filter(({ place }) => place === `passthroughHeaders[${index}]`);
        const isCaptured = ({ captured }: (typeof sessions)[number]): boolean =>
          captured.some((header) => foldName(header.name) === foldName(name));
        return {
          name: name.slice(0, 1_024),
          inForce: !own.some(({ severity }) => severity === 'error'),
          problems: own,
          capturedIn: sessions.filter(isCaptured).length,
          liveSessions: sessions.length,
        };
      });
      return { revision: revision(), headers: headers.slice(0, 1_000) };
    },
    set: async ({ revision: given, names }) => await save(given, names),
    allow: async ({ revision: given, name }) => await save(given, [...listed(), name]),
    async explain({ name }) {
      const { problems } = checkHeaderName(name, 'passthroughHeaders', 'passthrough');
      const restriction = findRestriction(name, 'passthrough');
      const isRefused = problems.some(({ severity }) => severity === 'error');
      const collisions = configCollisions(withNames(context, [...listed(), name]).config).filter(
        ({ folded }) => folded === foldName(name),
      );
      const warnings = collisions.map((collision) => collisionProblem(collision, 'error'));
      const isClean = problems.length === 0 && warnings.length === 0;
      return {
        verdict: isRefused ? 'refused' : isClean ? 'allowed' : 'allowed-with-warning',
        problems: [...problems, ...warnings],
        ...(restriction?.instead === undefined ? {} : { instead: restriction.instead }),
        ...offerOf(restriction?.class),
        waysOut: collisions.flatMap(({ waysOut }) => waysOut).slice(0, 100),
      };
    },
    async plan({ names, caller }) {
      const parsed = names === undefined ? undefined : withNames(context, names);
      const config = parsed === undefined ? patchbay.config() : parsed.config;
      const facts = { captured: 'unknown' as const, ...(await planFacts(context, caller)) };
      const problems = parsed?.problems ?? patchbay.configFile.current().problems;
      return {
        revision: revision(),
        table: planTableOf(plan(config, facts), config),
        problems: problems.filter(({ code }) => code.startsWith('header.')).slice(0, 1_000),
      };
    },
    simulate: async ({ pasted, caller }) =>
      simulatePaste(patchbay.config(), pasted, await planFacts(context, caller)),
    seen: async () => ({ names: seenNames(context), since: patchbay.wallTime(patchbay.startedAt) }),
  };
}

/** Names that clients sent and the list ignores now; those that were allowed meanwhile are gone (contract 1.4). */
export function seenNames({ patchbay, scrub }: ControlContext) {
  const listed = new Set(patchbay.config().passthroughHeaders.map(foldName));
  return patchbay.seen
    .list()
    .filter(({ name }) => !listed.has(foldName(name)))
    .map(({ name, lastSeenAt, sessions, clients }) => ({
      name: scrub.text(name),
      lastSeenAt: patchbay.wallTime(lastSeenAt),
      sessions,
      clients: clients.slice(0, 20).map((client) => scrub.text(client)),
    }));
}

/** The configuration as it would be with this list, held to the rules of a save. */
function withNames({ patchbay }: ControlContext, names: readonly string[]): ParsedConfig {
  const raw = { ...patchbay.configFile.raw(), passthroughHeaders: names };
  const parsed = parseConfig(raw, { purpose: 'load', ownPorts: [patchbay.listening.port()] });
  const builtIn = [...patchbay.config().backends].filter(([name]) => !parsed.config.backends.has(name));
  const disabled = new Set(parsed.disabled.map(({ backend }) => backend));
  const added = builtIn.filter(([name]) => !disabled.has(name));
  return {
    ...parsed,
    config: { ...parsed.config, backends: new Map([...parsed.config.backends, ...added]) },
  };
}

function namesInFile(raw: unknown): readonly string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((entry: unknown) => (typeof entry === 'string' ? entry : JSON.stringify(entry)));
}

const OFFERS = { credentials: 'secret-header', identity: 'identity-setting' } as const;

function offerOf(group: string | undefined): { offer?: (typeof OFFERS)[keyof typeof OFFERS] } {
  return group === 'credentials' || group === 'identity' ? { offer: OFFERS[group] } : {};
}
