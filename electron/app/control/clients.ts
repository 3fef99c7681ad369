import { randomBytes } from 'node:crypto';
import { findClient } from '../../../shared/clients/catalogue.ts';
import type { Outcome } from '../../../shared/clients/codes.ts';
import { copyText } from '../../../shared/clients/copy-text.ts';
import { dropOldest } from '../../../shared/collections/drop-oldest.ts';
import type { ControlApi } from '../../../shared/control/contract.ts';
import { listClients } from '../../clients/detect.ts';
import { existingDrafts } from '../../clients/import/existing.ts';
import { importFromClient } from '../../clients/import/read-import.ts';
import {
  type ConnectPreview,
  DEFAULT_ENTRY_NAME,
  previewConnect,
  TOKEN_MARK,
} from '../../clients/preview.ts';
import { previewUndo } from '../../clients/undo.ts';
import { connectClient, disconnectClient, tokensOf } from '../connect-client.ts';
import type { ControlContext } from './context.ts';
import type { Drafts } from './drafts.ts';
import type { ClientMachine } from './extras.ts';
import { draftView } from './parse-paste.ts';
import { refuse, refuseProblems } from './refuse.ts';
import { callView } from './views/activity-view.ts';
import { clientLine, fileChanges, plainProblem, stepsAfter } from './views/client-view.ts';

type Kept =
  | { readonly action: 'connect'; readonly preview: ConnectPreview }
  | { readonly action: 'disconnect'; readonly client: string };

/** Previews kept at once. */
const MAX_PREVIEWS = 50;

/** The calls about AI clients on this machine: what is previewed is what is written, and it can be taken back. */
export function clientsApi(context: ControlContext, drafts: Drafts): ControlApi['clients'] {
  const { patchbay } = context;
  const previews = new Map<string, Kept>();
  const undos = new Map<string, string>();
  const keep = (kept: Kept): string => {
    const handle = handleOf();
    previews.set(handle, kept);
    dropOldest(previews, MAX_PREVIEWS);
    return handle;
  };
  const undoFor = (client: string): string => {
    const undo = handleOf();
    undos.set(undo, client);
    return undo;
  };

  return {
    async detect() {
      const { host } = machineOf(context);
      const found = await listClients(host, { url: patchbay.url });
      return {
        clients: found.slice(0, 100).map((status) => {
          const own = tokensOf(patchbay.configFile, status.id).map(({ tokenId }) => tokenId);
          const times = [...patchbay.gateway.sessions.all()].flatMap(({ principal, lastActivityAt }) =>
            principal.kind === 'local' && own.includes(principal.tokenId) ? [lastActivityAt] : [],
          );
          const lastCall = patchbay.activity
            .calls()
            .findLast(({ tokenId }) => own.some((id) => id === tokenId));
          return clientLine(status, {
            lastCall: lastCall && callView(lastCall, context.scrub.text),
            lastCallAt: times.length === 0 ? lastCall?.at : patchbay.wallTime(Math.max(...times)),
          });
        }),
      };
    },
    async preview({ client, action, headers }) {
      const { host, bridge } = machineOf(context);
      if (action === 'disconnect') {
        const { files, problems } = outcomeValue(await previewUndo(host, client));
        const preview = keep({ action, client });
        return { preview, files: fileChanges(files), after: [], problems: problems.map(plainProblem) };
      }
      requireLocalTokens(context);
      const request = { clientId: client, url: patchbay.url, headerNames: headers };
      const made = outcomeValue(
        await previewConnect(host, bridge === undefined ? request : { ...request, bridge }),
      );
      const problems = made.problems.map(plainProblem);
      const preview = keep({ action, preview: made });
      return { preview, files: fileChanges(made.files), after: stepsAfter(made), problems };
    },
    async apply({ preview }) {
      const { host } = machineOf(context);
      const kept = previews.get(preview);
      if (kept === undefined) return refuse('control.draft-gone', 'This preview is not held any more.');
      previews.delete(preview);
      if (kept.action === 'disconnect') {
        const { undone, problems } = await disconnectClient(host, patchbay.configFile, kept.client);
        if (undone.length === 0) refuseProblems(problems.map(plainProblem));
        // There is no way back from here but connecting anew: its token is gone.
        return { undo: handleOf(), written: undone.map(({ path }) => ({ path })), after: [] };
      }
      const { written, problems } = await connectClient(host, patchbay.configFile, kept.preview);
      if (written.length === 0) refuseProblems(problems.map(plainProblem));
      return {
        undo: undoFor(kept.preview.clientId),
        written: written.map(({ path, backup }) => (backup === null ? { path } : { path, backup })),
        after: [...stepsAfter(kept.preview), ...problems.map(({ message }) => message)].slice(0, 10),
      };
    },
    async undo({ undo }) {
      const { host } = machineOf(context);
      const client = undos.get(undo);
      if (client === undefined) return refuse('control.undo-over', 'It is too late to take this back.');
      const { undone, problems } = await disconnectClient(host, patchbay.configFile, client);
      if (undone.length === 0) refuseProblems(problems.map(plainProblem));
      undos.delete(undo);
      return { restored: undone.map(({ path }) => ({ path })) };
    },
    async snippet({ client }) {
      const { bridge } = machineOf(context);
      const definition = findClient(client);
      if (definition === undefined) return refuse('client.not-found', 'No client has this id.');
      const options = { url: patchbay.url, token: TOKEN_MARK, entryName: DEFAULT_ENTRY_NAME };
      const { text, steps } = outcomeValue(
        copyText(definition, bridge === undefined ? options : { ...options, bridge }),
      );
      const format = /^\s*[{[]/.test(text) ? 'json' : 'text';
      return { text, format, steps: steps.slice(0, 10) };
    },
    async importFrom({ client }) {
      const { host } = machineOf(context);
      const existing = existingDrafts(patchbay.configFile.current(), patchbay.configFile.raw());
      const found = outcomeValue(await importFromClient(host, client, { ownUrl: patchbay.url, existing }));
      return {
        drafts: found.proposals.slice(0, 200).map((proposal) => draftView(context, drafts, proposal)),
        problems: found.problems.map(plainProblem),
      };
    },
  };
}

function handleOf(): string {
  return randomBytes(12).toString('hex');
}

function machineOf({ extras }: ControlContext): ClientMachine {
  if (extras.clientMachine !== undefined) return extras.clientMachine;
  return refuse('control.not-available', 'This host does not set up clients.', {
    fix: 'Use patchbay connect on the command line.',
  });
}

function requireLocalTokens({ patchbay }: ControlContext): void {
  const { mode } = patchbay.config().gateway.auth;
  if (mode === 'local') return;
  refuse(
    'client.unsupported',
    `Callers sign in by ${mode}; connecting writes a token, which needs the mode local.`,
    {
      place: 'gateway.auth.mode',
      fix: 'Let callers sign in by local tokens first.',
    },
  );
}

function outcomeValue<T>(outcome: Outcome<T>): T {
  return outcome.ok ? outcome.value : refuseProblems([plainProblem(outcome.problem)]);
}
