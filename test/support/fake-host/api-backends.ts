import { parseBackendName } from '../../../shared/config/backend-name.ts';
import { checkBackendForm } from '../../../shared/control/backend-entry.ts';
import type { BackendForm } from '../../../shared/control/backend-form.ts';
import type { ControlApi } from '../../../shared/control/contract.ts';
import type { ProblemView } from '../../../shared/control/problem-view.ts';
import { checkAllowlist } from '../../../shared/headers/allowlist.ts';
import { ownersOf } from '../../../shared/headers/owners.ts';
import { draftsOf } from './paste.ts';
import { secretsOf } from './secret-lines.ts';
import {
  backendOf,
  configOf,
  lineOf,
  refuse,
  requireRevision,
  revisionOf,
  tellBackend,
  type World,
  written,
} from './world.ts';

/** The calls about backends, over the world's forms and the real rules. */
export function backendsApi(world: World): ControlApi['backends'] {
  const problemsOf = (name: string, form: BackendForm): ProblemView[] => [
    ...checkBackendForm(name, form, {
      allowlist: checkAllowlist(world.names).names,
      auth: configOf(world).config.gateway.auth,
      ownPorts: [world.settings.port],
      purpose: 'save',
    }).problems,
  ];
  const requireValid = (name: string, form: BackendForm): void => {
    const problems = problemsOf(name, form);
    const first = problems.find(({ severity }) => severity === 'error');
    if (first !== undefined) refuse({ code: first.code, message: first.message, fix: first.fix, problems });
  };
  const commandOf = (name: string, { connection }: BackendForm) =>
    connection.type === 'stdio'
      ? {
          command: {
            argv: [connection.command, ...connection.args],
            cwd: connection.cwd ?? '/home/ada',
            envNames: [
              'HOME',
              'PATH',
              ...connection.env.map(({ name: key }) => key),
              ...connection.secretEnv,
            ],
            ...(connection.command === 'nppx' ? {} : { resolved: `/usr/bin/${connection.command}` }),
            lookedIn: ['/usr/local/bin', '/usr/bin', '/bin'],
            approval: `cmd-${name}-1`,
            approved: world.approved.has(name),
          },
        }
      : {};
  const setSecrets = (name: string, secrets: readonly { kind: string; name: string }[]): void => {
    for (const secret of secrets) world.secrets.set(`${name}/${secret.kind}/${secret.name}`, Date.now());
    const backend = world.backends.get(name);
    if (backend?.status.state === 'secret-missing' && secrets.length > 0) {
      backend.status = { state: 'ready', since: Date.now() };
    }
  };
  return {
    list: async () => ({
      revision: revisionOf(world),
      backends: [...world.backends].map(([name, backend]) => lineOf(name, backend)),
    }),
    get: async ({ name }) => {
      const backend = backendOf(world, name);
      return {
        revision: revisionOf(world),
        line: lineOf(name, backend),
        form: backend.form,
        problems: problemsOf(name, backend.form),
        secrets: secretsOf(world, name),
        ...commandOf(name, backend.form),
      };
    },
    check: async ({ name, form }) => ({
      problems: problemsOf(name, form),
      effects: {
        sessionsKept: 0,
        sessionsReconnected: world.sessions.length,
        sessionsEnded: 0,
        summary:
          world.sessions.length === 0
            ? 'No session is open.'
            : `${world.sessions.length} open sessions reconnect to ${name}; their captured headers stay.`,
      },
      ...commandOf(name, form),
    }),
    add: async ({ revision, name, form, secrets, replace }) => {
      requireRevision(world, revision);
      if (world.backends.has(name) && !replace) {
        refuse({
          code: 'backend.name',
          message: `There is a backend ${name} already.`,
          fix: 'Take another name.',
        });
      }
      requireValid(name, form);
      const needsApproval = form.connection.type === 'stdio';
      world.backends.set(name, {
        form,
        tools: undefined,
        callsPerMinute: 0,
        status: needsApproval
          ? {
              state: 'needs-approval',
              approval: `cmd-${name}-1`,
              reason: 'This command has never run on this machine.',
              fix: 'Read it in full, then run it.',
            }
          : { state: 'ready', since: Date.now() },
      });
      setSecrets(name, secrets);
      tellBackend(world, name);
      return written(world, ['backends']);
    },
    edit: async ({ revision, name, newName, form, secrets }) => {
      requireRevision(world, revision);
      const backend = backendOf(world, name);
      const target = newName ?? name;
      requireValid(target, form);
      if (target !== name) {
        world.backends.delete(name);
        tellBackend(world, name, true);
      }
      world.backends.set(target, { ...backend, form });
      setSecrets(target, secrets);
      tellBackend(world, target);
      return written(world, ['backends']);
    },
    remove: async ({ revision, name }) => {
      requireRevision(world, revision);
      const undo = `u-${name}-${world.revision}`;
      world.undo.set(undo, { name, backend: backendOf(world, name) });
      world.backends.delete(name);
      tellBackend(world, name, true);
      return { ...written(world, ['backends']), undo, undoUntil: Date.now() + 30_000 };
    },
    restore: async ({ revision, undo }) => {
      requireRevision(world, revision);
      const kept = world.undo.get(undo);
      if (kept === undefined) {
        return refuse({ code: 'backend.unknown', message: 'It is too late to take this back.' });
      }
      world.backends.set(kept.name, kept.backend);
      tellBackend(world, kept.name);
      return written(world, ['backends']);
    },
    enable: async ({ revision, name, enabled }) => {
      requireRevision(world, revision);
      const backend = backendOf(world, name);
      backend.form = { ...backend.form, enabled };
      tellBackend(world, name);
      return written(world, ['backends']);
    },
    approve: async ({ name }) => {
      const backend = backendOf(world, name);
      world.approved.add(name);
      backend.status = { state: 'ready', since: Date.now() };
      backend.tools = 4;
      tellBackend(world, name);
      return { status: backend.status };
    },
    restart: async ({ name }) => {
      tellBackend(world, name);
      return { status: backendOf(world, name).status };
    },
    parsePaste: async ({ text }) => draftsOf(text, new Set(world.backends.keys())),
    test: async ({ name }) => {
      const backend = backendOf(world, name);
      const failed = !['ready', 'idle'].includes(backend.status.state);
      const said = 'reason' in backend.status ? backend.status.reason : 'Answered.';
      const parsed = [...configOf(world).config.backends].find(([key]) => key === name)?.[1];
      const key = parseBackendName(name);
      const owners = parsed === undefined || key === undefined ? [] : ownersOf([], key, parsed);
      return {
        outcome: failed ? 'failed' : 'ok',
        at: Date.now(),
        tools: failed ? [] : world.items.filter((item) => item.backend === name).map((item) => item.original),
        steps: [
          { step: 'resolve', outcome: 'ok', duration: 4, message: 'The address was found.' },
          { step: 'connect', outcome: failed ? 'failed' : 'ok', duration: 41, message: said },
          {
            step: 'initialize',
            outcome: failed ? 'skipped' : 'ok',
            duration: 22,
            message: 'Protocol 2025-06-18.',
          },
          { step: 'list', outcome: failed ? 'skipped' : 'ok', duration: 17, message: 'Lists were read.' },
          { step: 'close', outcome: failed ? 'skipped' : 'ok', duration: 3, message: 'Closed.' },
        ],
        ...(failed
          ? {}
          : { server: { name: `${name}-mcp`, version: '4.1.0' }, protocolVersion: '2025-06-18' }),
        sent: owners.map((owner) => ({
          name: owner.name,
          source: owner.source,
          ...(owner.source === 'protocol' ? {} : { place: owner.place }),
          ...(owner.source === 'secret' ? { fingerprint: 'a41f09' } : {}),
        })),
      };
    },
  };
}
