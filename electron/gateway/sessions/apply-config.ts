import type { Config } from '../../../shared/config/config.ts';
import { configVersionOf } from '../../../shared/config/config-version.ts';
import { LIST_KINDS } from '../catalog/kinds.ts';
import type { Gateway } from '../gateway.ts';
import { backendsOptions } from './create-session.ts';
import { closeSessionBackend, openSessionBackend } from './session-backends.ts';

/**
 * Brings live sessions in line with a new configuration as one step: removed and switched-off backends are closed, new
 * ones opened, changed ones opened again. The captured headers of a session stay what they were (PAS-18).
 */
export async function applyConfig(gateway: Gateway, before: Config, after: Config): Promise<void> {
  const changed = new Set(
    [...before.backends.keys(), ...after.backends.keys()].filter(
      (name) => versionIn(before, name) !== versionIn(after, name),
    ),
  );
  const namesOnly = before.tools !== after.tools;
  const closings: Promise<void>[] = [];
  // What is known of the old address says nothing of the new one.
  for (const name of changed) gateway.unresponsive.delete(name);
  for (const session of gateway.sessions.all()) {
    const options = backendsOptions(gateway, session);
    for (const name of changed) {
      closings.push(closeSessionBackend(options, name));
      const backend = after.backends.get(name);
      if (backend?.enabled === true) openSessionBackend(options, name, backend);
    }
    inConfigOrder(session.backends, after);
    if (namesOnly || changed.size > 0)
      session.listsChanged(LIST_KINDS.filter((kind) => session.lists.served.has(kind)));
  }
  await Promise.all(closings);
}

/** Opens one backend of every session again: a person asked, or a secret was replaced (contract section 2). */
export async function reopenBackend(gateway: Gateway, name: string): Promise<void> {
  const backend = [...gateway.options.config().backends].find(([known]) => known === name);
  if (backend === undefined) return;
  const closings: Promise<void>[] = [];
  for (const session of gateway.sessions.all()) {
    const options = backendsOptions(gateway, session);
    closings.push(closeSessionBackend(options, backend[0]));
    if (backend[1].enabled) openSessionBackend(options, backend[0], backend[1]);
    inConfigOrder(session.backends, gateway.options.config());
  }
  await Promise.all(closings);
}

function versionIn(config: Config, name: Parameters<Config['backends']['get']>[0]): string | undefined {
  const backend = config.backends.get(name);
  return backend === undefined ? undefined : configVersionOf(backend);
}

/** Lists are merged in the order of the config, so the map is kept in it. */
function inConfigOrder<T>(backends: Map<Parameters<Config['backends']['get']>[0], T>, config: Config): void {
  const ordered = [...config.backends.keys()].flatMap((name) => {
    const value = backends.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  backends.clear();
  for (const [name, value] of ordered) backends.set(name, value);
}
