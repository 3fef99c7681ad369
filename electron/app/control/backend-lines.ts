import type { BackendName } from '../../../shared/config/backend-name.ts';
import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import type { DisabledBackend } from '../../../shared/config/parse-config.ts';
import { isRecord } from '../../../shared/config/read.ts';
import type { CallAnswer } from '../../../shared/control/contract.ts';
import { foldName } from '../../../shared/headers/name.ts';
import { commandDigest } from '../approvals.ts';
import type { ControlContext } from './context.ts';
import { missingSecret } from './secret-targets.ts';
import { backendStateView, type Observation } from './views/backend-state-view.ts';

export type BackendLine = CallAnswer<'backends.list'>['backends'][number];

const MINUTE_MS = 60_000;

/** Every backend of the file in its order, those not in force included, then the built-in one. */
export async function backendLines(context: ControlContext): Promise<BackendLine[]> {
  const { patchbay } = context;
  const calls = callsOfLastMinute(context);
  const config = patchbay.config();
  const disabled = new Map(patchbay.configFile.current().disabled.map((entry) => [entry.backend, entry]));
  const inFile = backendKeys(patchbay.configFile.raw());
  const inForce = [...config.backends];
  const lines = inFile.map(async (name) => {
    const entry = disabled.get(name);
    if (entry !== undefined) return [disabledLine(entry, patchbay.configFile.raw())];
    const found = inForce.find(([known]) => known === name);
    return found === undefined ? [] : [await lineOf(context, found[0], found[1], calls)];
  });
  const builtIn = inForce
    .filter(([name]) => !inFile.includes(name))
    .map(async ([name, settings]) => [await lineOf(context, name, settings, calls)]);
  return (await Promise.all([...lines, ...builtIn])).flat();
}

/** The line of one backend, or undefined where there is none of that name. */
export async function backendLine(context: ControlContext, name: string): Promise<BackendLine | undefined> {
  const { patchbay } = context;
  const found = [...patchbay.config().backends].find(([known]) => known === name);
  if (found !== undefined) return await lineOf(context, found[0], found[1], callsOfLastMinute(context));
  const entry = patchbay.configFile.current().disabled.find(({ backend }) => backend === name);
  return entry === undefined ? undefined : disabledLine(entry, patchbay.configFile.raw());
}

async function lineOf(
  context: ControlContext,
  name: BackendName,
  config: BackendConfig,
  calls: ReadonlyMap<string, number>,
): Promise<BackendLine> {
  const { patchbay, probes, scrub } = context;
  const observations = observationsOf(context, name);
  const probe = probes.get(name, config);
  const failures = [...observations.map(({ state }) => state), { state: 'probe', failure: probe?.failure }];
  const lacksSecret = failures.some((one) => 'failure' in one && one.failure?.code === 'secret.missing');
  const tools = patchbay.gateway.catalog.newest(name, 'tools')?.items.length;
  const status = backendStateView({
    config,
    observations,
    probe,
    waitsForApproval: waitsForApproval(context, name, config),
    missingSecret: lacksSecret ? await missingSecret(context, name, config) : undefined,
    listed: listedFor(context, config),
    wallTime: patchbay.wallTime,
  });
  return {
    name,
    transport: config.type,
    status: 'reason' in status ? { ...status, reason: scrub.text(status.reason) } : status,
    ...(tools === undefined ? {} : { tools }),
    callsPerMinute: calls.get(name) ?? 0,
    inClear: config.type !== 'stdio' && config.sendInClear && config.url.startsWith('http:'),
    builtIn: !backendKeys(patchbay.configFile.raw()).includes(name),
  };
}

/** The digest that waits, where the command of a backend may not be started yet. */
function waitsForApproval(
  { patchbay }: ControlContext,
  name: string,
  config: BackendConfig,
): string | undefined {
  if (config.type !== 'stdio' || patchbay.approvals.mayStart(name, config)) return undefined;
  return commandDigest(name, config);
}

/** The listed headers that a backend would get. */
function listedFor({ patchbay }: ControlContext, config: BackendConfig) {
  if (config.type === 'stdio') return [];
  const except = new Set(config.passthrough.except.map(foldName));
  return patchbay.config().passthroughHeaders.filter((name) => !except.has(foldName(name)));
}

function observationsOf({ patchbay }: ControlContext, name: BackendName): Observation[] {
  return [...patchbay.gateway.sessions.all()].flatMap(({ backends }) => {
    const owner = backends.get(name);
    if (owner === undefined) return [];
    return [{ state: owner.session.state(), since: patchbay.wallTime(owner.notes.stateSince) }];
  });
}

function callsOfLastMinute({ patchbay, now }: ControlContext): ReadonlyMap<string, number> {
  const since = now() - MINUTE_MS;
  const counts = new Map<string, number>();
  const entries = patchbay.activity.entries();
  for (let at = entries.length - 1; at >= 0; at--) {
    const entry = entries[at];
    if (entry === undefined || entry.at < since) break;
    if (entry.kind === 'call') counts.set(entry.backend, (counts.get(entry.backend) ?? 0) + 1);
  }
  return counts;
}

function disabledLine({ backend, config, problems }: DisabledBackend, raw: unknown): BackendLine {
  const errors = problems.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  return {
    name: backend.slice(0, 128) || '(no name)',
    transport: config?.type ?? rawTransport(raw, backend),
    status: {
      state: 'invalid',
      problems: [...problems],
      reason: first?.message ?? 'Its entry is not valid.',
      ...(first === undefined ? {} : { fix: first.fix }),
    },
    callsPerMinute: 0,
    inClear: false,
    builtIn: false,
  };
}

function rawTransport(raw: unknown, name: string): BackendLine['transport'] {
  const entry = rawEntry(raw, name);
  const type = isRecord(entry) ? entry.type : undefined;
  return type === 'sse' || type === 'stdio' ? type : 'http';
}

/** The entry of a backend as the file has it. */
export function rawEntry(raw: unknown, name: string): unknown {
  const backends = isRecord(raw) ? raw.backends : undefined;
  return isRecord(backends) && Object.hasOwn(backends, name) ? backends[name] : undefined;
}

/** The backends that stand before this one in the file: its place, when it is put back. */
export function backendsBefore(raw: Readonly<Record<string, unknown>>, name: string): readonly string[] {
  const keys = backendKeys(raw);
  return keys.slice(0, Math.max(0, keys.indexOf(name)));
}

function backendKeys(raw: Readonly<Record<string, unknown>>): readonly string[] {
  return isRecord(raw.backends) ? Object.keys(raw.backends) : [];
}
