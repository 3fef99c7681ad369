import { parseBackendName } from '../../../shared/config/backend-name.ts';
import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import { checkBackendForm } from '../../../shared/control/backend-entry.ts';
import type { BackendForm } from '../../../shared/control/backend-form.ts';
import type { ControlApi } from '../../../shared/control/contract.ts';
import type { JsonValue } from '../../../shared/json/json-value.ts';
import type { ConfigEdit } from '../../config/edit-text.ts';
import { commandDigest } from '../approvals.ts';
import { backendsBefore, rawEntry } from './backend-lines.ts';
import { movedSecrets, plannedSecrets, withSecrets } from './backend-secrets.ts';
import { backendEffects, changeConfig, requireRevision } from './changes.ts';
import { type ControlContext, knownBackend } from './context.ts';
import type { Drafts } from './drafts.ts';
import { changedEntry, newEntry, renamedEntry } from './entry-edits.ts';
import { refuse, refuseProblems } from './refuse.ts';
import { secretTargets } from './secret-targets.ts';
import { createUndoables } from './undo.ts';

interface Removed {
  readonly name: string;
  readonly entry: JsonValue;
  /** What stood before it. */
  readonly behind: readonly string[];
  readonly config: BackendConfig | undefined;
}

type Changes = Pick<ControlApi['backends'], 'add' | 'edit' | 'remove' | 'restore' | 'enable'>;

/** The calls that change the backends of the file. Each names the state of the file that it was made on. */
export function backendChangesApi(context: ControlContext, drafts: Drafts): Changes {
  const { patchbay } = context;
  const removed = context.owned.use(createUndoables<Removed>());

  return {
    async add({ revision, name, form, secrets, draft, replace }) {
      requireRevision(context, revision);
      const existing = rawEntry(patchbay.configFile.raw(), name);
      if (existing !== undefined && !replace) {
        const fix = 'Take another name, or replace that one.';
        refuse('backend.name', `There is a backend ${name} already.`, { place: `backends.${name}`, fix });
      }
      const config = validConfig(context, name, form);
      const given = plannedSecrets(name, config, secrets);
      const planned = [...drafts.secretsOf(draft, name, config, given), ...given];
      await patchbay.approvals.hold(name, config);
      const state = await withSecrets(context, planned, () =>
        changeConfig(context, revision, [newEntry(name, form)]),
      );
      if (draft !== undefined) drafts.forget(draft);
      context.probes.forget(name);
      return { revision: state.revision, effects: backendEffects(context, [name]) };
    },

    async edit({ revision, name, newName, form, secrets }) {
      requireRevision(context, revision);
      const target = newName ?? name;
      const before = rawEntry(patchbay.configFile.raw(), name);
      if (before === undefined) refuse('backend.unknown', `There is no backend ${name}.`);
      if (target !== name && rawEntry(patchbay.configFile.raw(), target) !== undefined) {
        refuse('backend.name', `There is a backend ${target} already.`, { fix: 'Take another name.' });
      }
      const config = validConfig(context, target, form);
      const given = plannedSecrets(target, config, secrets);
      const moved = target === name ? [] : await movedSecrets(context, name, target, config, given);
      const effects = backendEffects(context, [name]);
      await holdIfChanged(context, name, target, config);
      const edits =
        target === name
          ? changedEntry(name, before, form)
          : renamedEntry(name, target, before, form, {
              behind: backendsBefore(patchbay.configFile.raw(), name),
              order: patchbay.config().tools.order,
            });
      const old = knownBackend(context, name);
      const state = await withSecrets(context, [...moved, ...given], () =>
        changeConfig(context, revision, edits),
      );
      await removeLeftSecrets(context, name, old, target === name ? config : undefined);
      return { revision: state.revision, effects };
    },

    async remove({ revision, name }) {
      const entry = rawEntry(patchbay.configFile.raw(), name);
      if (entry === undefined) refuse('backend.unknown', `${name} does not stand in the config file.`);
      const config = knownBackend(context, name);
      const effects = backendEffects(context, [name]);
      const behind = backendsBefore(patchbay.configFile.raw(), name);
      const edit: ConfigEdit = { path: ['backends', name], remove: true };
      const state = await changeConfig(context, revision, [edit]);
      context.probes.forget(name);
      const kept = removed.keep({ name, entry: entry as JsonValue, behind, config }, (item) => {
        // Its time to come back is over; a backend that bears its name by now keeps the secrets.
        if (rawEntry(patchbay.configFile.raw(), item.name) !== undefined) return;
        removeLeftSecrets(context, item.name, item.config, undefined).catch(() =>
          context.extras.log.warn('secrets of a removed backend are left in the keychain', {
            backend: item.name,
          }),
        );
      });
      return { revision: state.revision, effects, ...kept };
    },

    async restore({ revision, undo }) {
      const item = removed.find(undo);
      if (item === undefined) {
        const fix = 'Add the backend again.';
        return refuse('control.undo-over', 'It is too late to take this back.', { fix });
      }
      if (rawEntry(patchbay.configFile.raw(), item.name) !== undefined) {
        refuse('backend.name', `There is a backend ${item.name} again.`, { fix: 'Rename that one first.' });
      }
      const edit: ConfigEdit = { path: ['backends', item.name], value: item.entry, behind: item.behind };
      const state = await changeConfig(context, revision, [edit]);
      removed.done(undo);
      return { revision: state.revision, effects: backendEffects(context, [item.name]) };
    },

    async enable({ revision, name, enabled }) {
      knownBackend(context, name);
      const path = ['backends', name, 'enabled'];
      const edit: ConfigEdit = enabled ? { path, remove: true } : { path, value: false };
      const effects = backendEffects(context, [name]);
      const state = await changeConfig(context, revision, [edit]);
      return { revision: state.revision, effects };
    },
  };
}

/** The form judged by the rules of the file; refused with every problem at once (B10). */
function validConfig({ patchbay }: ControlContext, name: string, form: BackendForm): BackendConfig {
  const config = patchbay.config();
  const { problems, config: parsed } = checkBackendForm(name, form, {
    allowlist: config.passthroughHeaders,
    auth: config.gateway.auth,
    ownPorts: [config.gateway.port, patchbay.listening.port()],
    purpose: 'save',
  });
  if (parsed === undefined || problems.some(({ severity }) => severity === 'error')) refuseProblems(problems);
  return parsed;
}

/** A command that is in force and allowed stays allowed where nothing of it changes; any other one waits (MCPoison). */
async function holdIfChanged(
  { patchbay }: ControlContext,
  name: string,
  target: string,
  config: BackendConfig,
): Promise<void> {
  const key = parseBackendName(name);
  const before = key === undefined ? undefined : patchbay.config().backends.get(key);
  const isSame =
    target === name &&
    before?.type === 'stdio' &&
    config.type === 'stdio' &&
    commandDigest(name, before) === commandDigest(name, config);
  if (!isSame) await patchbay.approvals.hold(target, config);
}

/** Takes away the secrets that the settings before named and those of now do not. */
async function removeLeftSecrets(
  { patchbay }: ControlContext,
  name: string,
  before: BackendConfig | undefined,
  after: BackendConfig | undefined,
): Promise<void> {
  if (before === undefined) return;
  const kept = new Set(
    (after === undefined ? [] : secretTargets(name, after)).map((ref) => JSON.stringify(ref)),
  );
  for (const ref of secretTargets(name, before)) {
    if (kept.has(JSON.stringify(ref))) continue;
    if ((await patchbay.secrets.read(ref)).state === 'found') await patchbay.secrets.remove(ref);
  }
}
