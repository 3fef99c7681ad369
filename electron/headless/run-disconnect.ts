import { disconnectClient, tokensOf } from '../app/connect-client.ts';
import { previewUndo } from '../clients/undo.ts';
import { ConfigError } from '../config/config-error.ts';
import { clientHost } from './client-setup.ts';
import { openForCommand } from './open-config.ts';
import { describeProblem, EXIT, say, sayJson, warn } from './output.ts';
import { type ConnectOptions, mayWrite } from './run-connect.ts';

/** Shows what taking our entry out of a client's files would change, asks, does it, and revokes the client's token. */
export async function runDisconnect(clientId: string, options: ConnectOptions): Promise<void> {
  using file = await openForCommand(options.config);
  const host = clientHost();
  const preview = await previewUndo(host, clientId);
  if (!preview.ok) throw new ConfigError([preview.problem]);
  const { files, problems } = preview.value;
  if (options.json !== true) {
    for (const { diff } of files) say(diff);
    for (const found of problems) warn(describeProblem(found));
  }
  if (options.dryRun === true) {
    if (options.json)
      sayJson({
        dryRun: true,
        client: clientId,
        files: files.map(({ path, how, diff }) => ({ path, how, diff })),
        problems,
      });
    if (problems.length > 0) process.exitCode = EXIT.problems;
    return;
  }
  if (files.length > 0 && !(await mayWrite(options, 'Change it so?'))) return;
  const done = await disconnectClient(host, file, clientId);
  if (done.problems.length > 0) process.exitCode = EXIT.problems;
  if (options.json) return sayJson({ client: clientId, ...done });
  for (const found of done.problems) warn(describeProblem(found));
  for (const { path, how } of done.undone) say(`${path}: ${WORDS[how]}`);
  if (done.revoked.length > 0) say(`The token of ${clientId} is revoked.`);
  else if (tokensOf(file, clientId).length > 0) {
    warn(`note: ${clientId} still has a token; revoke it with: patchbay token revoke --client ${clientId}`);
  }
}

const WORDS = {
  restored: 'byte for byte as it was before',
  deleted: 'deleted, as Patchbay had made it',
  removed: 'our entry is gone, everything else stayed',
  absent: 'nothing of ours was there',
} as const;
