import { findClient } from '../../shared/clients/catalogue.ts';
import { type Problem, problem } from '../../shared/errors/problem.ts';
import { foldName } from '../../shared/headers/name.ts';
import { type Connected, connectClient } from '../app/connect-client.ts';
import { listClients } from '../clients/detect.ts';
import { type ConnectPreview, previewConnect } from '../clients/preview.ts';
import { ConfigError } from '../config/config-error.ts';
import type { ConfigFile } from '../config/config-file.ts';
import { bridgeCommand, clientHost, urlForClients } from './client-setup.ts';
import { canAsk, confirm } from './confirm.ts';
import { clientLines, restartHint } from './connect-text.ts';
import { endpointUrl } from './endpoint-url.ts';
import { openForCommand } from './open-config.ts';
import { describeProblem, EXIT, say, sayJson, warn } from './output.ts';

export interface ConnectOptions {
  readonly config?: string;
  readonly json?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly header?: readonly string[];
}

/** Lists every client that we know, with what was found of it on this machine. Reads only. */
export async function runConnectList(options: Pick<ConnectOptions, 'config' | 'json'>): Promise<void> {
  using file = await openForCommand(options.config);
  const url = endpointUrl(file.current().config.gateway);
  const clients = await listClients(clientHost(), { url });
  if (options.json) return sayJson({ url, clients });
  for (const line of clientLines(clients)) say(line);
  say('\nConnect one with: patchbay connect CLIENT');
}

/** Shows what connecting a client would write, asks, and writes it, with a token of its own. */
export async function runConnect(clientId: string, options: ConnectOptions): Promise<void> {
  using file = await openForCommand(options.config);
  if (findClient(clientId)?.kind === 'copy') {
    const { runConnectCopy } = await import('./run-connect-copy.ts');
    return await runConnectCopy(file, clientId, options);
  }
  const host = clientHost();
  const preview = orThrow(await previewConnect(host, requestOf(file, clientId, options)));
  const notes = notesOf(file, preview, options);
  if (options.json !== true) showPreview(preview, notes);
  if (options.dryRun === true) {
    if (options.json)
      sayJson({ dryRun: true, ...summaryOf(preview, notes), files: preview.files.map(withoutHunks) });
    return;
  }
  if (!(await mayWrite(options, `Write this to ${preview.title}'s file?`))) return;
  const connected = await connectClient(host, file, preview);
  if (connected.problems.length > 0) process.exitCode = EXIT.problems;
  if (options.json) return sayJson({ ...summaryOf(preview, notes), ...connected });
  tell(preview, connected);
}

/** Everything that a preview needs to be asked with. */
export function requestOf(file: ConfigFile, clientId: string, options: ConnectOptions) {
  const bridge = bridgeCommand();
  return {
    clientId,
    url: urlForClients(file),
    ...(bridge === undefined ? {} : { bridge }),
    ...(options.header === undefined ? {} : { headerNames: options.header }),
  };
}

/** Asks where somebody is there. A program has to say --yes: without it nothing is written, and that is wrong usage. */
export async function mayWrite({ yes }: Pick<ConnectOptions, 'yes'>, question: string): Promise<boolean> {
  if (yes === true) return true;
  if (!canAsk()) {
    warn('error: nobody is there to ask, so nothing was changed; say --yes to go on without asking');
    process.exitCode = EXIT.usage;
    return false;
  }
  if (await confirm(question)) return true;
  warn('Nothing was changed.');
  process.exitCode = EXIT.problems;
  return false;
}

function orThrow<T>(outcome: { ok: true; value: T } | { ok: false; problem: Problem }): T {
  if (!outcome.ok) throw new ConfigError([outcome.problem]);
  return outcome.value;
}

/** Headers that would not arrive where the user thinks, and those that could but were not asked for. */
function notesOf(
  file: ConfigFile,
  preview: ConnectPreview,
  { header = [] }: ConnectOptions,
): readonly Problem[] {
  const listed = file.current().config.passthroughHeaders;
  const known = new Set(listed.map(foldName));
  const unlisted = header.filter((name) => !known.has(foldName(name)));
  return [
    ...preview.problems,
    ...unlisted.map((name) =>
      problem(
        'header.not-listed',
        'passthroughHeaders',
        `${name} is not in the passthrough list, so it ends at the gateway.`,
        `Add ${name} to passthroughHeaders.`,
        'warning',
      ),
    ),
  ];
}

function showPreview(preview: ConnectPreview, notes: readonly Problem[]): void {
  for (const { diff } of preview.files) say(diff);
  for (const found of notes) warn(describeProblem(found));
  for (const note of preview.notes) warn(`note: ${note}`);
}

function tell(preview: ConnectPreview, { written, problems, revoked }: Connected): void {
  for (const found of problems) warn(describeProblem(found));
  for (const { path, backup } of written) {
    say(`Wrote ${path}${backup === null ? '' : `; as it was: ${backup}`}`);
  }
  if (written.length === 0) return;
  if (revoked.length > 0) say(`The earlier token of ${preview.clientId} is revoked.`);
  for (const [name, variable] of Object.entries(preview.envByHeader)) {
    say(`Set ${variable} in the environment of ${preview.title} to the value of ${name}.`);
  }
  say(restartHint(preview.restart, preview.title));
  say(`Undo: patchbay connect ${preview.clientId} --undo`);
}

function summaryOf(
  { clientId, title, via, envByHeader, restart }: ConnectPreview,
  notes: readonly Problem[],
) {
  return { client: clientId, title, via, envByHeader, restart, notes };
}

function withoutHunks({ path, action, diff }: ConnectPreview['files'][number]) {
  return { path, action, diff };
}
