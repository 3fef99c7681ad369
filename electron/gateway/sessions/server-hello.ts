import type { ClientSession, SessionBackend } from './client-session.ts';

/** The gateway's own name towards clients. */
export interface GatewayIdentity {
  readonly name: string;
  readonly title: string;
  readonly version: string;
}

const SHARED_CAPABILITIES = ['tools', 'prompts', 'resources', 'completions', 'logging'] as const;
const LISTED = new Set<string>(['tools', 'prompts', 'resources']);

/**
 * The result of `initialize` as JSON text: the union of what the ready backends can (hazard 14); while one is still
 * opening, everything it might bring is announced, since a client never asks for what was not. Lists always announce
 * changes, because the gateway itself changes them (hazard 6).
 */
export function initializeResult(session: ClientSession, identity: GatewayIdentity): string {
  const { capabilities, instructions } = serverHello(session);
  return JSON.stringify({
    protocolVersion: session.protocolVersion,
    capabilities,
    serverInfo: identity,
    ...(instructions === '' ? {} : { instructions }),
  });
}

/** What the backends of a session can together, and their instructions. */
export function serverHello(session: ClientSession): {
  readonly capabilities: Readonly<Record<string, unknown>>;
  readonly instructions: string;
} {
  const states = [...session.backends.values()].map((owner) => owner.session.state());
  const hellos = states.flatMap((state) => (state.state === 'ready' ? [state.hello] : []));
  const isComplete =
    hellos.length > 0 && states.every((state) => state.state === 'ready' || state.state === 'off');
  const capabilities: Record<string, unknown> = {};
  for (const name of SHARED_CAPABILITIES) {
    if (isComplete && !hellos.some((hello) => name in hello.capabilities)) continue;
    const said = hellos.map((hello) => hello.capabilities[name]);
    capabilities[name] = { ...mergeNamed(said), ...flagsOf(name, said, isComplete) };
  }
  for (const name of ['experimental', 'extensions'] as const) {
    const merged = mergeNamed(hellos.map((hello) => hello.capabilities[name]));
    if (Object.keys(merged).length > 0) capabilities[name] = merged;
  }
  const tasks = hellos.flatMap(({ capabilities: { tasks: one } }) => (isObject(one) ? [one] : []));
  if (tasks.length > 0) capabilities.tasks = tasks.reduce(union);
  return {
    capabilities: { ...unknownTo(capabilities, session), ...capabilities },
    instructions: instructionsOf(session),
  };
}

/** What we answer for, whatever backends say. Who hears that it can subscribe waits for updates: somebody must send them. */
function flagsOf(name: string, said: readonly unknown[], isComplete: boolean): Record<string, true> {
  if (!LISTED.has(name)) return {};
  const isSubscribable = !isComplete || said.some((one) => isObject(one) && one.subscribe === true);
  return { listChanged: true, ...(name === 'resources' && isSubscribable && { subscribe: true }) };
}

/**
 * Capabilities that we do not know, such as those of later revisions: announced where all that they bring has one way
 * to go, to the only backend.
 */
function unknownTo(
  known: Readonly<Record<string, unknown>>,
  { backends }: ClientSession,
): Record<string, unknown> {
  const [only, ...others] = [...backends.values()].map((owner) => owner.session.state());
  if (only?.state !== 'ready' || others.length > 0) return {};
  const own = new Set<string>([...SHARED_CAPABILITIES, ...Object.keys(known), 'tasks']);
  return Object.fromEntries(Object.entries(only.hello.capabilities).filter(([name]) => !own.has(name)));
}

/** What any of them can with tasks: flags are objects, and a client asks per tool whether it may (2025-11-25, tasks). */
function union(one: Record<string, unknown>, other: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const known = merged[name];
    merged[name] = isObject(known) && isObject(value) ? union(known, value) : (known ?? value);
  }
  return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Union by id; settings stand only where all backends that name the id agree on them. */
function mergeNamed(groups: readonly unknown[]): Record<string, unknown> {
  const merged = new Map<string, unknown>();
  for (const group of groups) {
    if (typeof group !== 'object' || group === null) continue;
    for (const [id, settings] of Object.entries(group)) {
      const same = !merged.has(id) || JSON.stringify(merged.get(id)) === JSON.stringify(settings);
      merged.set(id, same ? settings : {});
    }
  }
  return Object.fromEntries(merged);
}

function instructionsOf(session: ClientSession): string {
  const texts = [...session.backends].flatMap(([name, owner]) => {
    const text = instructionsFrom(owner);
    return text === undefined ? [] : [session.backends.size === 1 ? text : `${name}:\n${text}`];
  });
  return texts.join('\n\n');
}

function instructionsFrom(owner: SessionBackend): string | undefined {
  const state = owner.session.state();
  return state.state === 'ready' && state.hello.instructions !== '' ? state.hello.instructions : undefined;
}
