import { parseBackendName } from '../../../shared/config/backend-name.ts';
import type { BackendConfig } from '../../../shared/config/backend-schema.ts';
import { checkBackendForm } from '../../../shared/control/backend-entry.ts';
import type { BackendForm } from '../../../shared/control/backend-form.ts';
import type { ControlApi } from '../../../shared/control/contract.ts';
import { reopenBackend } from '../../gateway/sessions/apply-config.ts';
import { commandDigest } from '../approvals.ts';
import { backendChangesApi } from './backend-changes.ts';
import { type BackendLine, backendLine, backendLines, rawEntry } from './backend-lines.ts';
import { testBackend } from './backend-test.ts';
import { backendEffects } from './changes.ts';
import { commandView } from './command-view.ts';
import { backendInForce, type ControlContext, knownBackend } from './context.ts';
import type { Drafts } from './drafts.ts';
import { parsePaste } from './parse-paste.ts';
import { refuse } from './refuse.ts';
import { secretStatus, secretTargets } from './secret-targets.ts';
import { tellBackendLines } from './tell-backends.ts';
import { backendForm, formOfBrokenEntry } from './views/backend-form-view.ts';

/** The calls about backends. */
export function backendsApi(context: ControlContext, drafts: Drafts): ControlApi['backends'] {
  const { patchbay } = context;
  const raise = async (name: string): Promise<BackendLine> => {
    const line = await backendLine(context, name);
    if (line === undefined) return refuse('backend.unknown', `There is no backend ${name}.`);
    tellBackendLines(context, [line]);
    return line;
  };

  return {
    ...backendChangesApi(context, drafts),

    list: async () => ({
      revision: patchbay.configFile.current().revision,
      backends: await backendLines(context),
    }),

    async get({ name }) {
      const config = knownBackend(context, name);
      const line = await backendLine(context, name);
      if (line === undefined) return refuse('backend.unknown', `There is no backend ${name}.`);
      const { revision } = patchbay.configFile.current();
      const form =
        config === undefined
          ? formOfBrokenEntry(rawEntry(patchbay.configFile.raw(), name))
          : backendForm(config);
      const secrets = config === undefined ? [] : secretTargets(name, config);
      return {
        revision,
        line,
        form,
        problems: problemsOf(context, name),
        secrets: await Promise.all(secrets.map((ref) => secretStatus(context, ref))),
        ...(await commandOf(context, name, config)),
      };
    },

    async check({ name, form }) {
      const { problems, config } = judge(context, name, form);
      return {
        problems: [...problems],
        effects: backendEffects(context, [name]),
        ...(await commandOf(context, name, config)),
      };
    },

    async approve({ name, approval }) {
      const config = backendInForce(context, name);
      if (config.type !== 'stdio' || commandDigest(name, config) !== approval) {
        const fix = 'Read the command as it is now.';
        refuse('control.approval-changed', `The command of ${name} is not the one that was shown.`, { fix });
      }
      try {
        await patchbay.approvals.approve(approval);
      } catch {
        refuse('config.save-failed', 'The approval could not be kept.', { fix: 'Make the folder writable.' });
      }
      context.extras.log.info('a command was approved', { backend: name });
      await reopenBackend(patchbay.gateway, name);
      return { status: (await raise(name)).status };
    },

    async test({ name }) {
      const answer = await testBackend(context, name, backendInForce(context, name));
      await raise(name);
      return answer;
    },

    async restart({ name }) {
      backendInForce(context, name);
      context.probes.forget(name);
      await reopenBackend(patchbay.gateway, name);
      return { status: (await raise(name)).status };
    },

    parsePaste: async ({ text }) => parsePaste(context, drafts, text),
  };
}

function judge({ patchbay }: ControlContext, name: string, form: BackendForm) {
  const { gateway, passthroughHeaders } = patchbay.config();
  return checkBackendForm(name, form, {
    allowlist: passthroughHeaders,
    auth: gateway.auth,
    ownPorts: [gateway.port, patchbay.listening.port()],
    purpose: 'save',
  });
}

/** What the file's state says of one backend; its own entries only. */
function problemsOf({ patchbay }: ControlContext, name: string) {
  const { problems, disabled } = patchbay.configFile.current();
  const own = disabled.find(({ backend }) => backend === name)?.problems ?? [];
  const place = `backends.${name}`;
  const flagged = problems.filter((found) => found.place === place || found.place.startsWith(`${place}.`));
  return [...new Set([...own, ...flagged])];
}

async function commandOf(context: ControlContext, name: string, config: BackendConfig | undefined) {
  if (config?.type !== 'stdio' || parseBackendName(name) === undefined) return {};
  return { command: await commandView(context, name, config) };
}
